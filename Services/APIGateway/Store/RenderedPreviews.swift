import Foundation
import NIOCore
import PreviewDomain
import Synchronization

/// Previews as the REST API answers them, kept as bytes until they change.
final class RenderedPreviews: Sendable {
    /// A preview's answer, and whom it belongs to.
    struct Entry: Sendable {
        let organization: OrganizationName
        let body: ByteBuffer
    }

    /// Says which changes had happened when a preview was read, so that nothing older is kept after a change.
    struct Ticket: Sendable { fileprivate let changes: UInt64 }

    private struct State {
        var entries: [PreviewID: Entry] = [:]
        var changes: UInt64 = 0
    }

    private let state = Mutex(State())
    private let capacity: Int

    init(capacity: Int = 20_000) { self.capacity = capacity }

    subscript(id: PreviewID) -> Entry? { state.withLock { $0.entries[id] } }

    /// Taken before a preview is read.
    func ticket() -> Ticket { state.withLock { Ticket(changes: $0.changes) } }

    /// Keeps an answer, unless anything changed since the ticket was taken.
    func keep(_ entry: Entry, for id: PreviewID, ticket: Ticket) {
        state.withLock { state in
            guard state.changes == ticket.changes else { return }
            if state.entries.count >= capacity, let any = state.entries.keys.first { state.entries[any] = nil }
            state.entries[id] = entry
        }
    }

    func invalidateAll() {
        state.withLock { state in
            state.changes += 1
            state.entries = [:]
        }
    }

    func invalidate(_ id: PreviewID) {
        state.withLock { state in
            state.changes += 1
            state.entries[id] = nil
        }
    }
}
