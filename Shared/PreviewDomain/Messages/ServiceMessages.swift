public import Foundation

/// A clone that a service's variables are to lead to, beside the database that they lead to now.
public struct DatabaseBinding: Codable, Sendable, Hashable {
    /// The clone's name and its source.
    public var database: PreviewDatabase
    /// Where the clone answers.
    public var clone: DatabaseDetail

    /// Creates the value from its fields.
    public init(database: PreviewDatabase, clone: DatabaseDetail) {
        self.database = database
        self.clone = clone
    }
}

/// Asks the provisioner to deploy a service of a preview.
public struct ServiceRequested: PreviewMessagePayload {
    /// `service.requested`.
    public static let key = MessageKey("service", "requested")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// What to deploy, and how.
    public var service: ServiceSpecification
    /// The clones that the service's variables are rewritten to.
    public var databases: [DatabaseBinding]
    /// Every service of the preview, so that variables which lead to one of their applications lead to the copy.
    public var siblings: [String: ApplicationReference]

    /// Creates the value from its fields.
    public init(
        preview: PreviewReference, service: ServiceSpecification, databases: [DatabaseBinding],
        siblings: [String: ApplicationReference]
    ) {
        self.preview = preview
        self.service = service
        self.databases = databases
        self.siblings = siblings
    }
}

/// A service is being deployed.
public struct ServiceDeploying: FactMessagePayload {
    /// `service.deploying`.
    public static let key = MessageKey("service", "deploying")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The service's name in the preview.
    public var service: String
    /// When the sender saw it.
    public var observedAt: Date
    /// What is going on, in words.
    public var message: String

    /// Creates the value from its fields.
    public init(preview: PreviewReference, service: String, observedAt: Date, message: String) {
        self.preview = preview
        self.service = service
        self.observedAt = observedAt
        self.message = message
    }

    /// The service is being worked on.
    public var fact: Fact {
        Fact(
            part: .service(service), generation: preview.generation, state: .working, observedAt: observedAt,
            message: message, progress: 0.5)
    }
}

/// Every replica of a service runs its version and answers its readiness probe.
public struct ServiceHealthy: FactMessagePayload {
    /// `service.healthy`.
    public static let key = MessageKey("service", "healthy")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The service's name in the preview.
    public var service: String
    /// When the sender saw it.
    public var observedAt: Date
    /// How many pods answer their readiness probes.
    public var readyReplicas: Int
    /// What is not as it should be although the service is healthy, in words.
    public var warning: String?

    /// Creates the value from its fields.
    public init(
        preview: PreviewReference, service: String, observedAt: Date, readyReplicas: Int, warning: String? = nil
    ) {
        self.preview = preview
        self.service = service
        self.observedAt = observedAt
        self.readyReplicas = readyReplicas
        self.warning = warning
    }

    /// The service is ready.
    public var fact: Fact {
        Fact(
            part: .service(service), generation: preview.generation, state: .ready, observedAt: observedAt,
            message: warning, detail: .service(readyReplicas: readyReplicas))
    }
}

/// A service does not answer at the moment, and may come to.
public struct ServiceUnhealthy: FactMessagePayload {
    /// `service.unhealthy`.
    public static let key = MessageKey("service", "unhealthy")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The service's name in the preview.
    public var service: String
    /// When the sender saw it.
    public var observedAt: Date
    /// Why, and what to do about it.
    public var failure: Failure

    /// Creates the value from its fields.
    public init(preview: PreviewReference, service: String, observedAt: Date, failure: Failure) {
        self.preview = preview
        self.service = service
        self.observedAt = observedAt
        self.failure = failure
    }

    /// The service is unhealthy.
    public var fact: Fact {
        Fact(
            part: .service(service), generation: preview.generation, state: .unhealthy, observedAt: observedAt,
            message: failure.message, failure: failure)
    }
}

/// A service can't be deployed, or will not become healthy.
public struct ServiceFailed: FactMessagePayload {
    /// `service.failed`.
    public static let key = MessageKey("service", "failed")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The service's name in the preview.
    public var service: String
    /// When the sender saw it.
    public var observedAt: Date
    /// Why, and what to do about it.
    public var failure: Failure

    /// Creates the value from its fields.
    public init(preview: PreviewReference, service: String, observedAt: Date, failure: Failure) {
        self.preview = preview
        self.service = service
        self.observedAt = observedAt
        self.failure = failure
    }

    /// The service has failed.
    public var fact: Fact {
        Fact(
            part: .service(service), generation: preview.generation, state: .failed, observedAt: observedAt,
            failure: failure)
    }
}

/// A person approved one service.
public struct ServiceApproved: PreviewMessagePayload {
    /// `service.approved`.
    public static let key = MessageKey("service", "approved")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The service's name in the preview.
    public var service: String
    /// Who approved which version, and when.
    public var approval: Approval

    /// Creates the value from its fields.
    public init(preview: PreviewReference, service: String, approval: Approval) {
        self.preview = preview
        self.service = service
        self.approval = approval
    }
}
