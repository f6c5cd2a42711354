import Foundation
import KubernetesClient
import Synchronization

/// Limits how often an address may try to sign in and be refused: ten times at once, then once in thirty seconds.
///
/// An attempt costs one place of a table of fixed size, whoever makes it and however many do: addresses that fall on
/// the same place share its limit. Addresses of IPv6 count by their network of 64 bits, because one machine has all of
/// that.
final class AttemptLimiter: Sendable {
    private let interval: TimeInterval
    private let burst: Int
    /// For each place, when all of its attempts will be forgotten.
    private let places: Mutex<[Double]>

    init(burst: Int = 10, interval: TimeInterval = 30, places: Int = 1 << 16) {
        self.burst = burst
        self.interval = interval
        self.places = Mutex(Array(repeating: 0, count: places))
    }

    /// Counts an attempt, before it is known whether it will be refused.
    ///
    /// - Returns: after how many seconds the address may try, or `nil` where it may now.
    func admit(_ address: String?, at now: Date) -> TimeInterval? {
        let (now, window) = (now.timeIntervalSince1970, interval * Double(burst))
        return places.withLock { places in
            let place = place(of: address, among: places.count)
            let forgotten = max(places[place], now) + interval
            guard forgotten - now <= window else { return forgotten - now - window }
            places[place] = forgotten
            return nil
        }
    }

    /// Takes back the count of an attempt that was not refused.
    func forgive(_ address: String?) {
        places.withLock { places in places[place(of: address, among: places.count)] -= interval }
    }

    private func place(of address: String?, among count: Int) -> Int {
        // The hasher's seed is another one in each process, so nobody can choose addresses that share a place.
        var hasher = Hasher()
        if let address, let parsed = IPAddress(address) {
            hasher.combine(parsed.bytes.prefix(parsed.bytes.count == 16 ? 8 : 4))
        } else {
            hasher.combine(address)
        }
        return Int(UInt(bitPattern: hasher.finalize()) % UInt(count))
    }
}
