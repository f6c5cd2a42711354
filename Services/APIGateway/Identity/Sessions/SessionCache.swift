import Synchronization

/// Sessions that were read lately, so that a page needs no question to the database to know who asks.
///
/// Whatever changes a session empties the cache after its transaction; an answer that was read before that is not kept.
final class SessionCache: Sendable {
    /// Tells whether anything changed since it was drawn.
    struct Ticket: Sendable {
        fileprivate let changes: Int
    }

    private struct State {
        var sessions: [String: Session] = [:]
        var changes = 0
    }

    private let state = Mutex(State())
    private let capacity = 10_000

    /// The session of a key with that hash, if it is known.
    func session(hash: String) -> Session? { state.withLock { $0.sessions[hash] } }

    /// Draws a ticket, before reading.
    func ticket() -> Ticket { state.withLock { Ticket(changes: $0.changes) } }

    /// Keeps what was read.
    func keep(_ session: Session, hash: String, ticket: Ticket) {
        state.withLock { state in
            guard state.changes == ticket.changes else { return }
            if state.sessions.count >= capacity, let any = state.sessions.keys.first { state.sessions[any] = nil }
            state.sessions[hash] = session
        }
    }

    /// Forgets everything: sessions change seldom, and reading one again costs little.
    func invalidate() {
        state.withLock { state in
            state.changes += 1
            state.sessions = [:]
        }
    }
}
