public import Foundation

/// Asks the promoter to carry an approved version to production.
public struct PromotionRequested: PreviewMessagePayload {
    public static let key = MessageKey("promotion", "requested")
    public var preview: PreviewReference
    public var service: String
    /// The application in production.
    public var application: ApplicationReference
    /// The version that the preview started from; another one in production stops the promotion.
    public var sourceVersion: String
    /// The approved version.
    public var targetVersion: String
    public var approval: Approval
    /// Which try this is, and whether a person confirmed to go on although production has moved on.
    public var attempt: PromotionAttempt

    /// Creates the value from its fields.
    public init(
        preview: PreviewReference, service: String, application: ApplicationReference, sourceVersion: String,
        targetVersion: String, approval: Approval, attempt: PromotionAttempt
    ) {
        self.preview = preview
        self.service = service
        self.application = application
        self.sourceVersion = sourceVersion
        self.targetVersion = targetVersion
        self.approval = approval
        self.attempt = attempt
    }
}

/// Production is being changed.
public struct PromotionStarted: FactMessagePayload {
    public static let key = MessageKey("promotion", "started")
    public var preview: PreviewReference
    public var service: String
    /// The number of the attempt.
    public var attempt: Int
    public var observedAt: Date
    public var message: String
    public var detail: PromotionDetail

    /// Creates the value from its fields.
    public init(
        preview: PreviewReference, service: String, attempt: Int, observedAt: Date, message: String,
        detail: PromotionDetail
    ) {
        self.preview = preview
        self.service = service
        self.attempt = attempt
        self.observedAt = observedAt
        self.message = message
        self.detail = detail
    }

    public var fact: Fact {
        Fact(
            part: .promotion(service), generation: attempt, state: .working, observedAt: observedAt, message: message,
            detail: .promotion(detail))
    }
}

/// Production runs the approved version.
public struct PromotionCompleted: FactMessagePayload {
    public static let key = MessageKey("promotion", "completed")
    public var preview: PreviewReference
    public var service: String
    /// The number of the attempt.
    public var attempt: Int
    public var observedAt: Date
    public var detail: PromotionDetail

    /// Creates the value from its fields.
    public init(
        preview: PreviewReference, service: String, attempt: Int, observedAt: Date, detail: PromotionDetail
    ) {
        self.preview = preview
        self.service = service
        self.attempt = attempt
        self.observedAt = observedAt
        self.detail = detail
    }

    public var fact: Fact {
        Fact(
            part: .promotion(service), generation: attempt, state: .ready, observedAt: observedAt,
            detail: .promotion(detail))
    }
}

/// The version was not carried to production, or was taken back.
public struct PromotionFailed: FactMessagePayload {
    public static let key = MessageKey("promotion", "failed")
    public var preview: PreviewReference
    public var service: String
    /// The number of the attempt.
    public var attempt: Int
    public var observedAt: Date
    public var failure: Failure
    public var detail: PromotionDetail

    /// Creates the value from its fields.
    public init(
        preview: PreviewReference, service: String, attempt: Int, observedAt: Date, failure: Failure,
        detail: PromotionDetail = .init()
    ) {
        self.preview = preview
        self.service = service
        self.attempt = attempt
        self.observedAt = observedAt
        self.failure = failure
        self.detail = detail
    }

    public var fact: Fact {
        Fact(
            part: .promotion(service), generation: attempt, state: .failed, observedAt: observedAt, failure: failure,
            detail: .promotion(detail))
    }
}
