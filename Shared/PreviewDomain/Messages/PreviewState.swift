public import Foundation

/// A preview as it is now, whole, whenever something of it has changed that this shows: for the custom resource's
/// status, and for everyone who mirrors previews.
public struct PreviewStateReported: PreviewMessagePayload {
    /// One service of it.
    public struct Service: Codable, Sendable, Hashable {
        /// The service's name in the preview.
        public var name: String
        /// The application that it is a copy of.
        public var application: ApplicationReference
        /// The version that is tried.
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
        /// Whether it works.
        public var isReady: Bool
        /// Whether it has failed for good.
        public var hasFailed: Bool
        /// What goes on or what is wrong, in words; `nil` where there is nothing to say.
        public var message: String?

        /// Creates the value from its fields.
        public init(name: String, isReady: Bool, hasFailed: Bool = false, message: String? = nil) {
            self.name = name
            self.isReady = isReady
            self.hasFailed = hasFailed
            self.message = message
        }
    }

    /// `preview.state`.
    public static let key = MessageKey("preview", "state")
    /// The preview, at its present generation.
    public var preview: PreviewReference
    /// The CloudEvents `id` of the request that this answers, where it answers one.
    public var request: String?
    /// The generation that the preview began with, above 1 where an earlier preview had its id; 1 where it is missing.
    /// A preview at a higher generation was updated.
    public var firstGeneration: Int?
    /// The name that people gave it.
    public var name: String
    /// How it came to be.
    public var origin: PreviewOrigin
    /// The resource that asked for it, and the newest of its generations that the preview follows.
    public var resource: PreviewResource?
    /// That generation, `metadata.generation`; `nil` where no resource asked for it.
    public var resourceGeneration: Int?
    /// The pull request that it shows, where it shows one.
    public var pullRequest: PullRequest?
    /// Grows with each change of the preview: of two states the one with the higher revision is newer.
    public var revision: Int
    /// When its status was worked out; it depends on the time as well.
    public var observedAt: Date
    /// Its status.
    public var status: PreviewStatus
    /// What goes on, or why it failed, in words.
    public var message: String
    /// What failed for good, where something did.
    public var failure: Failure?
    /// The address of the primary service.
    public var url: String?
    /// Its services, in the order of the request.
    public var services: [Service]
    /// Its database clones.
    public var databases: [PartState]
    /// Its outside addresses, by the names of their services.
    public var addresses: [PartState]
    /// What it costs, estimated.
    public var cost: CostEstimate
    /// When it was created.
    public var createdAt: Date
    /// When it ends by itself.
    public var expiresAt: Date
    /// How its cleanup stands.
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
