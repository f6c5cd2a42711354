public import Foundation

/// What happened to a preview, for integrators and the reaper. One type for each verb carries the same content.
public protocol PreviewEventPayload: PreviewMessagePayload {
    /// The preview after what happened.
    var summary: PreviewSummary { get }
    /// Creates the event.
    init(summary: PreviewSummary)
}

extension PreviewEventPayload {
    public var preview: PreviewReference { summary.reference }
}

/// A preview as events show it.
public struct PreviewSummary: Codable, Sendable, Hashable {
    /// One service of it.
    public struct Service: Codable, Sendable, Hashable {
        public var name: String
        public var application: ApplicationReference
        public var sourceVersion: String
        public var targetVersion: String
        public var approvedBy: String?

        /// Creates the value from its fields.
        public init(
            name: String, application: ApplicationReference, sourceVersion: String, targetVersion: String,
            approvedBy: String?
        ) {
            self.name = name
            self.application = application
            self.sourceVersion = sourceVersion
            self.targetVersion = targetVersion
            self.approvedBy = approvedBy
        }
    }

    public var reference: PreviewReference
    /// The generation that the preview began with; above 1 where an earlier preview had its id.
    public var firstGeneration: Int?
    public var name: String
    public var status: PreviewStatus
    public var origin: PreviewOrigin
    public var createdBy: String
    public var createdAt: Date
    public var expiresAt: Date
    public var services: [Service]
    /// What is going on or why it failed, in words.
    public var message: String?
    /// Who caused the event, where a person did.
    public var actor: String?
    /// The reason that the person gave.
    public var reason: String?

    /// Creates the value from its fields.
    public init(
        preview: Preview, status: PreviewStatus, message: String? = nil, actor: String? = nil, reason: String? = nil
    ) {
        self.reference = preview.reference
        self.firstGeneration = preview.firstGeneration
        self.name = preview.name
        self.status = status
        self.origin = preview.origin
        self.createdBy = preview.createdBy
        self.createdAt = preview.createdAt
        self.expiresAt = preview.expiresAt
        self.services = preview.services.map {
            Service(
                name: $0.name, application: $0.application, sourceVersion: $0.sourceVersion,
                targetVersion: $0.targetVersion,
                approvedBy: preview.isApproved($0) ? preview.approvals[$0.name]?.by : nil)
        }
        self.message = message
        self.actor = actor
        self.reason = reason
    }
}

/// A preview was accepted.
public struct PreviewCreated: PreviewEventPayload {
    public static let key = MessageKey("preview", "created")
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// A preview's settings, versions or time to live changed.
public struct PreviewUpdated: PreviewEventPayload {
    public static let key = MessageKey("preview", "updated")
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// Work on a preview's parts began.
public struct PreviewDeploying: PreviewEventPayload {
    public static let key = MessageKey("preview", "deploying")
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// Every service is healthy, every clone ready, every outside address answers.
public struct PreviewReady: PreviewEventPayload {
    public static let key = MessageKey("preview", "ready")
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// Every service was approved; promotions begin.
public struct PreviewApproved: PreviewEventPayload {
    public static let key = MessageKey("preview", "approved")
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// Every approved version runs in production.
public struct PreviewCompleted: PreviewEventPayload {
    public static let key = MessageKey("preview", "completed")
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// A reviewer rejected the preview.
public struct PreviewRejected: PreviewEventPayload {
    public static let key = MessageKey("preview", "rejected")
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// The preview's time to live has run out.
public struct PreviewExpired: PreviewEventPayload {
    public static let key = MessageKey("preview", "expired")
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// Something failed for good; it can be retried, updated or torn down.
public struct PreviewFailed: PreviewEventPayload {
    public static let key = MessageKey("preview", "failed")
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// A user tore the preview down.
public struct PreviewTornDown: PreviewEventPayload {
    public static let key = MessageKey("preview", "torn-down")
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// Everything made for the preview is verified gone.
public struct PreviewCleaned: PreviewEventPayload {
    public static let key = MessageKey("preview", "cleaned")
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}
