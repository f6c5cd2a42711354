import Foundation
import PreviewDomain

/// What a change leads to beside the preview itself: messages to publish, entries in the timeline.
struct Consequences: Sendable {
    /// A message, and whether it is an error that nobody listens to it.
    struct Outgoing: Sendable {
        var payload: any MessagePayload
        var isMandatory: Bool
    }

    /// A timeline entry without what all entries of the change share.
    struct Note: Sendable, Hashable {
        var kind: String
        var message: String
        var actor: String?
    }

    private(set) var messages: [Outgoing] = []
    private(set) var notes: [Note] = []

    /// Asks a worker for something.
    mutating func request(_ payload: any MessagePayload) {
        messages.append(Outgoing(payload: payload, isMandatory: true))
    }

    /// Tells the reaper, who has to know of every preview, and everyone else who listens.
    mutating func tell(_ payload: any PreviewEventPayload) {
        messages.append(Outgoing(payload: payload, isMandatory: true))
    }

    /// Tells everyone who listens, if anyone does.
    mutating func announce(_ payload: any MessagePayload) {
        messages.append(Outgoing(payload: payload, isMandatory: false))
    }

    mutating func note(_ kind: String, _ message: String, actor: String? = nil) {
        notes.append(Note(kind: kind, message: message, actor: actor))
    }
}
