public import Foundation

/// Whether a provisioner reaches a cluster, and how previews on it answer; said when that changes and now and then.
public struct ClusterObserved: MessagePayload, Hashable {
    /// How addresses on a cluster differ from those elsewhere; `nil` where they do not.
    public struct Addresses: Codable, Sendable, Hashable {
        /// The domain under which previews answer.
        public var baseDomain: String?
        /// `http` or `https`.
        public var scheme: String?
        /// The port in addresses.
        public var port: Int?

        /// Creates the value from its fields.
        public init(baseDomain: String? = nil, scheme: String? = nil, port: Int? = nil) {
            self.baseDomain = baseDomain
            self.scheme = scheme
            self.port = port
        }
    }

    /// `cluster.observed`.
    public static let key = MessageKey("cluster", "observed")
    /// The cluster's name.
    public var cluster: String
    /// Whether it answers.
    public var status: ClusterStatus
    /// Since when it has the status.
    public var since: Date
    /// Why it is not simply reachable.
    public var problem: String?
    /// When it was asked last.
    public var observedAt: Date
    /// How addresses on it differ from those elsewhere.
    public var addresses: Addresses

    /// Creates the value from its fields.
    public init(
        cluster: String, status: ClusterStatus, since: Date, problem: String? = nil, observedAt: Date,
        addresses: Addresses = Addresses()
    ) {
        self.cluster = cluster
        self.status = status
        self.since = since
        self.problem = problem
        self.observedAt = observedAt
        self.addresses = addresses
    }

    /// Whether it answers, fast or not.
    public var isAnswering: Bool { status == .reachable || status == .slow }

    /// Every organization's, so that of the system.
    public var organization: OrganizationName { .system }
    /// The cluster's name.
    public var subject: String { cluster }
}
