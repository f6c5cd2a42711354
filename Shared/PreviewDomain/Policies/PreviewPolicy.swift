public import Foundation

/// How long things may take before they are asked for again, or are said to have failed.
public struct PreviewPolicy: Sendable, Hashable {
    /// How long after the first request an unanswered one is repeated; doubled each time.
    public var repeatAfter: TimeInterval
    /// The longest wait between two repetitions.
    public var repeatAtMost: TimeInterval
    /// How long a part may take from its first request until it has failed.
    public var readyDeadline: TimeInterval
    /// The same for a database clone.
    public var databaseDeadline: TimeInterval
    /// How long a cleanup may take until it is called stuck; it is tried on.
    public var cleanupDeadline: TimeInterval

    /// Creates a policy. All times are in seconds.
    public init(
        repeatAfter: TimeInterval = 15, repeatAtMost: TimeInterval = 120, readyDeadline: TimeInterval = 600,
        databaseDeadline: TimeInterval = 1800, cleanupDeadline: TimeInterval = 600
    ) {
        self.repeatAfter = repeatAfter
        self.repeatAtMost = repeatAtMost
        self.readyDeadline = readyDeadline
        self.databaseDeadline = databaseDeadline
        self.cleanupDeadline = cleanupDeadline
    }

    /// Seconds to wait for an answer to the attempt given before asking again.
    public func patience(attempt: Int) -> TimeInterval {
        min(repeatAtMost, repeatAfter * pow(2, Double(max(0, attempt - 1))))
    }

    /// Seconds that a part may take in all.
    public func deadline(for part: Part) -> TimeInterval {
        switch part {
        case .database: databaseDeadline
        case .cleanup: cleanupDeadline
        default: readyDeadline
        }
    }
}
