import Foundation
import Synchronization

/// Which tokens were used lately, so that using one costs a write once a minute at most.
final class TokenUses: Sendable {
    /// How much older than the use the time may be that is stored.
    private let interval: TimeInterval = 60
    private let noted = Mutex<[String: Date]>([:])

    /// Whether a use now is to be stored. Then it counts as stored.
    func isNews(_ id: String, at now: Date) -> Bool {
        noted.withLock { noted in
            if let last = noted[id], now.timeIntervalSince(last) < interval { return false }
            noted[id] = now
            return true
        }
    }

    /// Forgets a token that is revoked.
    func forget(_ id: String) { noted.withLock { $0[id] = nil } }
}
