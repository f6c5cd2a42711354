public import Foundation

/// Whether a cluster answers, as somebody found who asked it now and then.
public enum ClusterStatus: String, Codable, Sendable, Hashable, CaseIterable {
    /// It answers.
    case reachable = "Reachable"
    /// It answers, but takes long to.
    case slow = "Slow"
    /// It does not answer.
    case unreachable = "Unreachable"
    /// Nobody knows yet, or any more.
    case unknown = "Unknown"
}

/// What is known of a cluster's answering.
public struct ClusterReachability: Sendable, Hashable {
    /// Whether it answers.
    public var status: ClusterStatus
    /// Since when it has the status.
    public var since: Date
    /// Why it is not simply reachable, in words.
    public var problem: String?

    /// Creates a finding.
    public init(status: ClusterStatus, since: Date, problem: String? = nil) {
        self.status = status
        self.since = since
        self.problem = problem
    }

    /// Whether requests to it are pointless at present.
    public var isUnreachable: Bool { status == .unreachable }
}
