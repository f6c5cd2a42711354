import Foundation
import NIOCore
import PreviewDomain
import Synchronization

/// Previews as they are shown, kept until they change.
final class RenderedPreviews: Sendable {
    /// A preview as the REST API answers it, and whom it belongs to.
    struct Entry: Sendable {
        let organization: OrganizationName
        let body: ByteBuffer
    }

    /// A preview's card of the console's list, and whom it belongs to.
    struct Card: Sendable {
        let organization: OrganizationName
        let html: String
    }

    /// Says which changes had happened when a preview was read, so that nothing older is kept after a change.
    struct Ticket: Sendable { fileprivate let changes: UInt64 }

    private struct State {
        var entries: [PreviewID: Entry] = [:]
        var cards: [PreviewID: Card] = [:]
        var uses: [OrganizationName: [PreviewApplications.Use]] = [:]
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

    /// The cards of those of the previews that are kept.
    func cards(of ids: [PreviewID]) -> [PreviewID: Card] {
        state.withLock { state in
            var found: [PreviewID: Card] = [:]
            for id in ids { found[id] = state.cards[id] }
            return found
        }
    }

    /// Keeps cards, unless anything changed since the ticket was taken.
    func keep(_ cards: [PreviewID: Card], ticket: Ticket) {
        state.withLock { state in
            guard state.changes == ticket.changes else { return }
            for (id, card) in cards {
                if state.cards.count >= capacity, let any = state.cards.keys.first { state.cards[any] = nil }
                state.cards[id] = card
            }
        }
    }

    /// Which applications an organization's active previews run, if that is kept.
    func uses(of organization: OrganizationName) -> [PreviewApplications.Use]? {
        state.withLock { $0.uses[organization] }
    }

    /// Keeps which applications an organization's active previews run, unless anything changed since the ticket was
    /// taken.
    func keep(_ uses: [PreviewApplications.Use], of organization: OrganizationName, ticket: Ticket) {
        state.withLock { state in
            guard state.changes == ticket.changes else { return }
            state.uses[organization] = uses
        }
    }

    func invalidateAll() {
        state.withLock { state in
            state.changes += 1
            (state.entries, state.cards, state.uses) = ([:], [:], [:])
        }
    }

    func invalidate(_ id: PreviewID) {
        state.withLock { state in
            state.changes += 1
            (state.entries[id], state.cards[id], state.uses) = (nil, nil, [:])
        }
    }
}
