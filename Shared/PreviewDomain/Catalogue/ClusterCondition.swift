public import Foundation

/// What a preview has to know of its cluster: nothing is asked of one that is away and nothing fails because of it, and
/// one that comes back is asked at once for all that is open.
public struct ClusterCondition: Sendable, Hashable {
    /// Since when the cluster can't be reached; `nil` while it can.
    public var awaySince: Date?
    /// Why it can't be reached.
    public var problem: String?
    /// When it last came back.
    public var backSince: Date?

    /// Creates a condition; by default that of a cluster that was always there.
    public init(awaySince: Date? = nil, problem: String? = nil, backSince: Date? = nil) {
        self.awaySince = awaySince
        self.problem = problem
        self.backSince = backSince
    }

    /// Takes a report into account.
    ///
    /// - Parameter now: the present of who asks and waits.
    public mutating func record(_ observed: ClusterObserved, now: Date) {
        if observed.status == .unreachable {
            awaySince = observed.since
            problem = observed.problem
        } else if awaySince != nil {
            self = ClusterCondition(backSince: now)
        }
    }
}
