public import Foundation
public import PreviewDomain

/// Concludes from one answer after the other whether a cluster can be reached. Pure.
public struct ReachabilityJudgement: Sendable, Hashable {
    /// What came of one question to the cluster.
    public enum Answer: Sendable, Hashable {
        /// It answered, after this time.
        case answered(after: Duration)
        /// It did not; the text says why.
        case failed(String)
    }

    /// From which time on an answer is slow.
    public var slowAfter: Duration
    /// After how many questions without an answer, one after another, the cluster is unreachable.
    public var failuresUntilUnreachable: Int
    /// What is known.
    public private(set) var current: ClusterReachability
    private var failures = 0

    /// Begins with nothing known.
    public init(slowAfter: Duration = .seconds(1), failuresUntilUnreachable: Int = 2, now: Date = Date()) {
        self.slowAfter = slowAfter
        self.failuresUntilUnreachable = failuresUntilUnreachable
        current = ClusterReachability(status: .unknown, since: now)
    }

    /// Takes an answer into account.
    public mutating func record(_ answer: Answer, now: Date = Date()) {
        switch answer {
        case .answered(let duration):
            failures = 0
            guard duration >= slowAfter else { return become(.reachable, nil, now) }
            let seconds = (duration / .seconds(1) * 10).rounded() / 10
            become(.slow, "an answer took \(seconds) s", now)
        case .failed(let why):
            failures += 1
            if failures >= failuresUntilUnreachable { become(.unreachable, why, now) }
        }
    }

    /// Whether one failure was seen and another one decides.
    public var isSuspect: Bool { failures > 0 && current.status != .unreachable }

    private mutating func become(_ status: ClusterStatus, _ problem: String?, _ now: Date) {
        // The words of the first failure stay: the later ones may differ in milliseconds.
        guard status != current.status else { return }
        current = ClusterReachability(status: status, since: now, problem: problem)
    }
}
