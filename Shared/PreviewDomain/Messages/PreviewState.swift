public import Foundation

/// A preview as it is now, whole, whenever something of it has changed that this shows: for the custom resource's
/// status, and for everyone who mirrors previews.
public struct PreviewStateReported: PreviewMessagePayload {
    /// One service of it.
    public struct Service: Codable, Sendable, Hashable {
        public var name: String
        public var application: ApplicationReference
        public var targetVersion: String
        /// Whether it is healthy and, where it has an outside address, answers there.
        public var isReady: Bool
        /// The outside address, where it has one.
        public var url: String?
        /// What goes on or what is wrong, in words.
        public var message: String?

        /// Creates the value from its fields.
        public init(
            name: String, application: ApplicationReference, targetVersion: String, isReady: Bool, url: String? = nil,
            message: String? = nil
        ) {
            self.name = name
            self.application = application
            self.targetVersion = targetVersion
            self.isReady = isReady
            self.url = url
            self.message = message
        }
    }

    /// How one part stands that is no service: a database, or an outside address.
    public struct PartState: Codable, Sendable, Hashable {
        /// The database's or service's name.
        public var name: String
        public var isReady: Bool
        public var hasFailed: Bool
        public var message: String?

        /// Creates the value from its fields.
        public init(name: String, isReady: Bool, hasFailed: Bool = false, message: String? = nil) {
            self.name = name
            self.isReady = isReady
            self.hasFailed = hasFailed
            self.message = message
        }
    }

    public static let key = MessageKey("preview", "state")
    public var preview: PreviewReference
    /// The CloudEvents `id` of the request that this answers, where it answers one.
    public var request: String?
    /// The generation that the preview began with, above 1 where an earlier preview had its id; 1 where it is missing.
    /// A preview at a higher generation was updated.
    public var firstGeneration: Int?
    /// The name that people gave it.
    public var name: String
    public var origin: PreviewOrigin
    /// The resource that asked for it, and the newest of its generations that the preview follows.
    public var resource: PreviewResource?
    public var resourceGeneration: Int?
    public var pullRequest: PullRequest?
    /// Grows with each change of the preview: of two states the one with the higher revision is newer.
    public var revision: Int
    public var observedAt: Date
    public var status: PreviewStatus
    /// What goes on, or why it failed, in words.
    public var message: String
    /// What failed for good, where something did.
    public var failure: Failure?
    /// The address of the primary service.
    public var url: String?
    public var services: [Service]
    public var databases: [PartState]
    public var addresses: [PartState]
    public var cost: CostEstimate
    public var createdAt: Date
    public var expiresAt: Date
    public var cleanup: CleanupState

    /// Creates the value from its fields.
    public init(
        preview: PreviewReference, request: String? = nil, firstGeneration: Int? = nil, name: String,
        origin: PreviewOrigin, resource: PreviewResource? = nil, resourceGeneration: Int? = nil,
        pullRequest: PullRequest? = nil,
        revision: Int, observedAt: Date, status: PreviewStatus, message: String, failure: Failure? = nil,
        url: String? = nil, services: [Service], databases: [PartState], addresses: [PartState], cost: CostEstimate,
        createdAt: Date, expiresAt: Date, cleanup: CleanupState
    ) {
        self.preview = preview
        self.request = request
        self.firstGeneration = firstGeneration
        self.name = name
        self.origin = origin
        self.resource = resource
        self.resourceGeneration = resourceGeneration
        self.pullRequest = pullRequest
        self.revision = revision
        self.observedAt = observedAt
        self.status = status
        self.message = message
        self.failure = failure
        self.url = url
        self.services = services
        self.databases = databases
        self.addresses = addresses
        self.cost = cost
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.cleanup = cleanup
    }
}
