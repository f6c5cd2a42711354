import Synchronization

/// Loopback addresses to be given out and taken back, the longest unused first.
final class AddressPool: Sendable {
    private struct State {
        var used: Set<Int> = []
        var next = 0
    }

    private let state = Mutex(State())
    private let prefix: String
    private let first: Int
    private let count: Int

    /// - Parameters:
    ///   - block: the second number of the addresses, `127.<block>.x.y`.
    ///   - thirds: the third numbers that belong to this pool.
    init(block: Int, thirds: Range<Int>) {
        prefix = "127.\(block)."
        first = thirds.lowerBound
        count = thirds.count * 254
    }

    /// A free address; `nil` when none is left.
    func allocate() -> String? {
        state.withLock { state in
            for step in 0..<count {
                let index = (state.next + step) % count
                guard state.used.insert(index).inserted else { continue }
                state.next = index + 1
                return address(index)
            }
            return nil
        }
    }

    /// Notes an address that is in use already. Returns whether it belongs to this pool.
    @discardableResult
    func reserve(_ address: String) -> Bool {
        guard let index = index(address) else { return false }
        state.withLock { _ = $0.used.insert(index) }
        return true
    }

    /// Takes an address back.
    func release(_ address: String) {
        guard let index = index(address) else { return }
        state.withLock { _ = $0.used.remove(index) }
    }

    private func address(_ index: Int) -> String { "\(prefix)\(first + index / 254).\(1 + index % 254)" }

    private func index(_ address: String) -> Int? {
        guard address.hasPrefix(prefix) else { return nil }
        let parts = address.dropFirst(prefix.count).split(separator: ".").compactMap { Int($0) }
        guard parts.count == 2 else { return nil }
        let index = (parts[0] - first) * 254 + parts[1] - 1
        return (0..<count).contains(index) ? index : nil
    }
}
