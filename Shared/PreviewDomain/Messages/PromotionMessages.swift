public import Foundation

/// Asks the promoter to carry an approved version to production.
public struct PromotionRequested: PreviewMessagePayload {
    /// `promotion.requested`.
    public static let key = MessageKey("promotion", "requested")
    /// The preview in which the version was approved.
    public var preview: PreviewReference
    /// The service's name in the preview.
    public var service: String
    /// The application in production.
    public var application: ApplicationReference
    /// The version that the preview started from; another one in production stops the promotion.
    public var sourceVersion: String
    /// The approved version.
    public var targetVersion: String
    /// Who approved it and when.
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
    /// `promotion.started`.
    public static let key = MessageKey("promotion", "started")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The service's name in the preview.
    public var service: String
    /// The number of the attempt.
    public var attempt: Int
    /// When the sender saw it.
    public var observedAt: Date
    /// What is being done, in words.
    public var message: String
    /// What is known of the change so far.
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

    /// The promotion is under way.
    public var fact: Fact {
        Fact(
            part: .promotion(service), generation: attempt, state: .working, observedAt: observedAt, message: message,
            detail: .promotion(detail))
    }
}

/// Production runs the approved version.
public struct PromotionCompleted: FactMessagePayload {
    /// `promotion.completed`.
    public static let key = MessageKey("promotion", "completed")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The service's name in the preview.
    public var service: String
    /// The number of the attempt.
    public var attempt: Int
    /// When the sender saw it.
    public var observedAt: Date
    /// What was changed.
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

    /// The promotion is completed, for good.
    public var fact: Fact {
        Fact(
            part: .promotion(service), generation: attempt, state: .ready, observedAt: observedAt,
            detail: .promotion(detail))
    }
}

/// The version was not carried to production, or was taken back.
public struct PromotionFailed: FactMessagePayload {
    /// `promotion.failed`.
    public static let key = MessageKey("promotion", "failed")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The service's name in the preview.
    public var service: String
    /// The number of the attempt.
    public var attempt: Int
    /// When the sender saw it.
    public var observedAt: Date
    /// Why, and what to do about it.
    public var failure: Failure
    /// What was to be changed, and whether it was taken back.
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

    /// The promotion has failed.
    public var fact: Fact {
        Fact(
            part: .promotion(service), generation: attempt, state: .failed, observedAt: observedAt, failure: failure,
            detail: .promotion(detail))
    }
}
