public import Foundation

/// Asks every worker at once to remove its part of a preview that has ended.
public struct CleanupRequested: PreviewMessagePayload {
    public static let key = MessageKey("cleanup", "requested")
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
    public static let key = MessageKey("cleanup", "completed")
    public var preview: PreviewReference
    public var participant: CleanupParticipant
    public var observedAt: Date
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

    public var fact: Fact {
        Fact(
            part: .cleanup(participant), generation: 1, state: .ready, observedAt: observedAt,
            detail: .cleanup(.init(removed: removed)))
    }
}

/// One worker could not remove its part; it tries on when asked again.
public struct CleanupFailed: FactMessagePayload {
    public static let key = MessageKey("cleanup", "failed")
    public var preview: PreviewReference
    public var participant: CleanupParticipant
    public var observedAt: Date
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

    public var fact: Fact {
        Fact(
            part: .cleanup(participant), generation: 1, state: .failed, observedAt: observedAt, failure: failure,
            detail: .cleanup(.init(removed: removed, stuck: stuck)))
    }
}
