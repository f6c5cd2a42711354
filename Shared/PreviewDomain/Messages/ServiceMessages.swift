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
    public static let key = MessageKey("service", "requested")
    public var preview: PreviewReference
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
    public static let key = MessageKey("service", "deploying")
    public var preview: PreviewReference
    public var service: String
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

    public var fact: Fact {
        Fact(
            part: .service(service), generation: preview.generation, state: .working, observedAt: observedAt,
            message: message, progress: 0.5)
    }
}

/// Every replica of a service runs its version and answers its readiness probe.
public struct ServiceHealthy: FactMessagePayload {
    public static let key = MessageKey("service", "healthy")
    public var preview: PreviewReference
    public var service: String
    public var observedAt: Date
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

    public var fact: Fact {
        Fact(
            part: .service(service), generation: preview.generation, state: .ready, observedAt: observedAt,
            message: warning, detail: .service(readyReplicas: readyReplicas))
    }
}

/// A service does not answer at the moment, and may come to.
public struct ServiceUnhealthy: FactMessagePayload {
    public static let key = MessageKey("service", "unhealthy")
    public var preview: PreviewReference
    public var service: String
    public var observedAt: Date
    public var failure: Failure

    /// Creates the value from its fields.
    public init(preview: PreviewReference, service: String, observedAt: Date, failure: Failure) {
        self.preview = preview
        self.service = service
        self.observedAt = observedAt
        self.failure = failure
    }

    public var fact: Fact {
        Fact(
            part: .service(service), generation: preview.generation, state: .unhealthy, observedAt: observedAt,
            message: failure.message, failure: failure)
    }
}

/// A service can't be deployed, or will not become healthy.
public struct ServiceFailed: FactMessagePayload {
    public static let key = MessageKey("service", "failed")
    public var preview: PreviewReference
    public var service: String
    public var observedAt: Date
    public var failure: Failure

    /// Creates the value from its fields.
    public init(preview: PreviewReference, service: String, observedAt: Date, failure: Failure) {
        self.preview = preview
        self.service = service
        self.observedAt = observedAt
        self.failure = failure
    }

    public var fact: Fact {
        Fact(
            part: .service(service), generation: preview.generation, state: .failed, observedAt: observedAt,
            failure: failure)
    }
}

/// A person approved one service.
public struct ServiceApproved: PreviewMessagePayload {
    public static let key = MessageKey("service", "approved")
    public var preview: PreviewReference
    public var service: String
    public var approval: Approval

    /// Creates the value from its fields.
    public init(preview: PreviewReference, service: String, approval: Approval) {
        self.preview = preview
        self.service = service
        self.approval = approval
    }
}
