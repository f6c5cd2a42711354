public import Foundation

/// Asks every worker at once to remove its part of a preview that has ended.
public struct CleanupRequested: PreviewMessagePayload {
    /// `cleanup.requested`.
    public static let key = MessageKey("cleanup", "requested")
    /// The preview, at its last generation: what a later one of the same id made stays.
    public var preview: PreviewReference
    /// Why the preview ended.
    public var reason: PreviewStatus

    /// Creates the value from its fields.
    public init(preview: PreviewReference, reason: PreviewStatus) {
        self.preview = preview
        self.reason = reason
    }
}

/// One worker's part of a preview is verified gone.
public struct CleanupCompleted: FactMessagePayload {
    /// `cleanup.completed`.
    public static let key = MessageKey("cleanup", "completed")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The service that speaks for its part.
    public var participant: CleanupParticipant
    /// When the last object was seen to be gone.
    public var observedAt: Date
    /// Every object that was verified gone; empty where there was none.
    public var removed: [ReceiptEntry]

    /// Creates the value from its fields.
    public init(
        preview: PreviewReference, participant: CleanupParticipant, observedAt: Date, removed: [ReceiptEntry]
    ) {
        self.preview = preview
        self.participant = participant
        self.observedAt = observedAt
        self.removed = removed
    }

    /// The participant's share of the cleanup is done.
    public var fact: Fact {
        Fact(
            part: .cleanup(participant), generation: 1, state: .ready, observedAt: observedAt,
            detail: .cleanup(.init(removed: removed)))
    }
}

/// One worker could not remove its part; it tries on when asked again.
public struct CleanupFailed: FactMessagePayload {
    /// `cleanup.failed`.
    public static let key = MessageKey("cleanup", "failed")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The service that speaks for its part.
    public var participant: CleanupParticipant
    /// When the sender saw it.
    public var observedAt: Date
    /// Why, in short; ``stuck`` has each object.
    public var failure: Failure
    /// What was removed nevertheless.
    public var removed: [ReceiptEntry]
    /// What is left, and why.
    public var stuck: [StuckObject]

    /// Creates the value from its fields.
    public init(
        preview: PreviewReference, participant: CleanupParticipant, observedAt: Date, failure: Failure,
        removed: [ReceiptEntry] = [], stuck: [StuckObject]
    ) {
        self.preview = preview
        self.participant = participant
        self.observedAt = observedAt
        self.failure = failure
        self.removed = removed
        self.stuck = stuck
    }

    /// The participant's share of the cleanup is stuck.
    public var fact: Fact {
        Fact(
            part: .cleanup(participant), generation: 1, state: .failed, observedAt: observedAt, failure: failure,
            detail: .cleanup(.init(removed: removed, stuck: stuck)))
    }
}
