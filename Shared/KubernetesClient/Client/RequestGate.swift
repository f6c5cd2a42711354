import Synchronization

/// Bounds how many requests are in flight and how fast they start, so that a busy service does not use up its share of the
/// API server (priority and fairness). Reads and writes wait in lanes of their own and take turns, so that a long list of
/// one does not hold up the other.
final class RequestGate: Sendable {
    enum Lane: Sendable {
        case read
        case write
    }

    private struct State {
        var free: Int
        var bucket: TokenBucket?
        var reads: [Turn] = []
        var writes: [Turn] = []
        var wasWrite = false

        /// Who is next: the lane that was not served last, unless nobody waits there.
        mutating func next() -> Turn? {
            let servesWrite = writes.isEmpty ? false : reads.isEmpty || !wasWrite
            wasWrite = servesWrite
            if servesWrite { return writes.removeFirst() }
            return reads.isEmpty ? nil : reads.removeFirst()
        }
    }

    private let state: Mutex<State>

    init(rate: ClientOptions.RateLimit?, concurrency: Int) {
        state = Mutex(
            State(free: max(1, concurrency), bucket: rate.map { TokenBucket(limit: $0, now: .now) }))
    }

    /// How many wait, those who have given up since included.
    var waitingCount: Int { state.withLock { $0.reads.count + $0.writes.count } }

    /// Waits for the request's turn. Each that returns must be followed by `leave`.
    func enter(_ lane: Lane) async throws {
        let turn: Turn? = state.withLock { state in
            guard state.free == 0 else {
                state.free -= 1
                return nil
            }
            let turn = Turn()
            switch lane {
            case .read: state.reads.append(turn)
            case .write: state.writes.append(turn)
            }
            return turn
        }
        try await turn?.wait()
        do {
            try await pace()
        } catch {
            leave()
            throw error
        }
    }

    /// Lets the next one in.
    func leave() {
        while true {
            let turn: Turn? = state.withLock { state in
                let turn = state.next()
                if turn == nil { state.free += 1 }
                return turn
            }
            guard let turn, !turn.grant() else { return }
        }
    }

    /// Waits until the rate allows one more to start.
    func pace() async throws {
        guard let pause = state.withLock({ $0.bucket?.take(now: .now) }), pause > .zero else { return }
        try await Task.sleep(for: pause)
    }
}
