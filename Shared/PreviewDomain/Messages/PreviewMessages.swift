public import Foundation

/// What happened to a preview, for integrators and the reaper. One type for each verb carries the same content.
public protocol PreviewEventPayload: PreviewMessagePayload {
    /// The preview after what happened.
    var summary: PreviewSummary { get }
    /// Creates the event.
    init(summary: PreviewSummary)
}

extension PreviewEventPayload {
    /// The preview that it happened to.
    public var preview: PreviewReference { summary.reference }
}

/// A preview as events show it.
public struct PreviewSummary: Codable, Sendable, Hashable {
    /// One service of it.
    public struct Service: Codable, Sendable, Hashable {
        /// The service's name in the preview.
        public var name: String
        /// The application that it is a copy of.
        public var application: ApplicationReference
        /// The version that ran in production when the preview was created, or that was promoted since.
        public var sourceVersion: String
        /// The version that is tried.
        public var targetVersion: String
        /// Who approved the target version; `nil` where nobody did.
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

    /// The preview, at its generation after the event.
    public var reference: PreviewReference
    /// The generation that the preview began with; above 1 where an earlier preview had its id.
    public var firstGeneration: Int?
    /// The name that people gave it.
    public var name: String
    /// Its status after the event.
    public var status: PreviewStatus
    /// How it came to be.
    public var origin: PreviewOrigin
    /// Who asked for it.
    public var createdBy: String
    /// When it was created.
    public var createdAt: Date
    /// When it ends by itself.
    public var expiresAt: Date
    /// Its services, in the order of the request.
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
    /// `preview.created`.
    public static let key = MessageKey("preview", "created")
    /// The preview after that.
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// A preview's settings, versions or time to live changed.
public struct PreviewUpdated: PreviewEventPayload {
    /// `preview.updated`.
    public static let key = MessageKey("preview", "updated")
    /// The preview after that.
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// Work on a preview's parts began.
public struct PreviewDeploying: PreviewEventPayload {
    /// `preview.deploying`.
    public static let key = MessageKey("preview", "deploying")
    /// The preview after that.
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// Every service is healthy, every clone ready, every outside address answers.
public struct PreviewReady: PreviewEventPayload {
    /// `preview.ready`.
    public static let key = MessageKey("preview", "ready")
    /// The preview after that.
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// Every service was approved; promotions begin.
public struct PreviewApproved: PreviewEventPayload {
    /// `preview.approved`.
    public static let key = MessageKey("preview", "approved")
    /// The preview after that.
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// Every approved version runs in production.
public struct PreviewCompleted: PreviewEventPayload {
    /// `preview.completed`.
    public static let key = MessageKey("preview", "completed")
    /// The preview after that.
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// A reviewer rejected the preview.
public struct PreviewRejected: PreviewEventPayload {
    /// `preview.rejected`.
    public static let key = MessageKey("preview", "rejected")
    /// The preview after that.
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// The preview's time to live has run out.
public struct PreviewExpired: PreviewEventPayload {
    /// `preview.expired`.
    public static let key = MessageKey("preview", "expired")
    /// The preview after that.
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// Something failed for good; it can be retried, updated or torn down.
public struct PreviewFailed: PreviewEventPayload {
    /// `preview.failed`.
    public static let key = MessageKey("preview", "failed")
    /// The preview after that.
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// A user tore the preview down.
public struct PreviewTornDown: PreviewEventPayload {
    /// `preview.torn-down`.
    public static let key = MessageKey("preview", "torn-down")
    /// The preview after that.
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}

/// Everything made for the preview is verified gone.
public struct PreviewCleaned: PreviewEventPayload {
    /// `preview.cleaned`.
    public static let key = MessageKey("preview", "cleaned")
    /// The preview after that.
    public var summary: PreviewSummary

    /// Creates the value from its fields.
    public init(summary: PreviewSummary) { self.summary = summary }
}
