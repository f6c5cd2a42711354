public import Foundation

/// Asks every provisioner for the applications on its clusters.
public struct CatalogueRequested: MessagePayload {
    /// `catalogue.requested`.
    public static let key = MessageKey("catalogue", "requested")
    /// The cluster that is meant, or `nil` for all.
    public var cluster: String?

    /// Creates the value from its fields.
    public init(cluster: String? = nil) { self.cluster = cluster }

    /// Every organization's, so that of the system.
    public var organization: OrganizationName { .system }
    /// The cluster's name, or `*` for all.
    public var subject: String { cluster ?? "*" }
}

/// The applications that a provisioner found on a cluster: all of them, each time.
public struct CatalogueChanged: MessagePayload {
    /// `catalogue.changed`.
    public static let key = MessageKey("catalogue", "changed")
    /// The cluster's name.
    public var cluster: String
    /// The Kubernetes version, such as `v1.36.2`.
    public var version: String?
    /// Every application that was found.
    public var applications: [Application]
    /// When the cluster was read.
    public var observedAt: Date
    /// Why the cluster can't be read at present, where it can't; the applications are then the last known ones.
    public var problem: String?
    /// The provisioner's public key for sealing secret values (HPKE, X25519), base64.
    public var sealingKey: String?
    /// Images that the cluster's nodes hold, of the applications' repositories: `repository:tag`.
    public var images: [String]?

    /// Creates the value from its fields.
    public init(
        cluster: String, version: String?, applications: [Application], observedAt: Date, problem: String? = nil,
        sealingKey: String? = nil, images: [String]? = nil
    ) {
        self.cluster = cluster
        self.version = version
        self.applications = applications
        self.observedAt = observedAt
        self.problem = problem
        self.sealingKey = sealingKey
        self.images = images
    }

    /// Every organization's, so that of the system.
    public var organization: OrganizationName { .system }
    /// The cluster's name.
    public var subject: String { cluster }
}

/// Asks, with a deadline over direct reply-to, for the last log lines of a service.
public struct LogsRequested: PreviewMessagePayload {
    /// `logs.requested`.
    public static let key = MessageKey("logs", "requested")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The service's name in the preview.
    public var service: String
    /// How many lines of each pod, from the end.
    public var tailLines: Int

    /// Creates the value from its fields.
    public init(preview: PreviewReference, service: String, tailLines: Int) {
        self.preview = preview
        self.service = service
        self.tailLines = tailLines
    }
}

/// The log lines asked for; sent to the asker only.
public struct LogsAnswered: PreviewMessagePayload {
    /// What one container wrote.
    public struct ContainerLog: Codable, Sendable, Hashable {
        /// The pod's name.
        public var pod: String
        /// The container's name.
        public var container: String
        /// The lines, oldest first, without their line breaks; secrets' values are blanked.
        public var lines: [String]

        /// Creates the value from its fields.
        public init(pod: String, container: String, lines: [String]) {
            self.pod = pod
            self.container = container
            self.lines = lines
        }
    }

    /// `logs.answered`.
    public static let key = MessageKey("logs", "answered")
    /// The preview that it is about.
    public var preview: PreviewReference
    /// The service's name in the preview.
    public var service: String
    /// Of each container what it wrote last; empty where none runs.
    public var logs: [ContainerLog]
    /// Why logs are missing, where some are.
    public var failure: Failure?

    /// Creates the value from its fields.
    public init(preview: PreviewReference, service: String, logs: [ContainerLog], failure: Failure? = nil) {
        self.preview = preview
        self.service = service
        self.logs = logs
        self.failure = failure
    }
}
