import Synchronization

/// What one check found.
public enum HealthStatus: Sendable, Equatable {
    /// The service does its work.
    case ready
    /// The service does its work, but for a part that the text names.
    case degraded(String)
    /// The service can't do its work at the moment, and will by itself.
    case notReady(String)
    /// Work does not progress and will not by itself; the process is to be restarted.
    case stuck(String)
}

/// The checks behind `/livez` and `/readyz`: whether work progresses, not only whether the process lives.
public final class HealthRegistry: Sendable {
    private let checks = Mutex<[String: @Sendable () -> HealthStatus]>([:])

    /// Creates a registry without checks.
    public init() {}

    /// Adds a check. It must return at once.
    public func register(_ name: String, check: @escaping @Sendable () -> HealthStatus) {
        checks.withLock { $0[name] = check }
    }

    /// What every check finds now, by name.
    public func results() -> [String: HealthStatus] {
        checks.withLock { $0 }.mapValues { $0() }
    }
}
