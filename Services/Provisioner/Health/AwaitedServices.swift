import ServiceRuntime
import Synchronization

/// Services that are being deployed, and when the cluster itself was last asked about each.
///
/// Watches tell of health at once. But one that has fallen silent without ending tells nothing, and that is noticed only
/// after a minute and more: nobody should have to wait for that who waits for a preview.
final class AwaitedServices: Sendable {
    /// How long watches are waited for before the cluster is asked.
    static let patience: Duration = .seconds(10)
    /// The same for a service that does not work: it may stay so, and may come to.
    static let unhealthyPatience: Duration = .seconds(30)

    private let askedAt = Mutex<[ServiceKey: ContinuousClock.Instant]>([:])

    /// Notes that a service is on its way.
    func begin(_ key: ServiceKey) { askedAt.withLock { $0[key] = $0[key] ?? .now } }

    /// Whether the cluster is to be asked now about a service whose last look gave `verdict`.
    func isDue(_ key: ServiceKey, _ verdict: HealthVerdict? = nil, at now: ContinuousClock.Instant = .now) -> Bool {
        var patience = Self.patience
        if case .unhealthy = verdict { patience = Self.unhealthyPatience }
        return askedAt.withLock { askedAt in
            guard let last = askedAt[key], now - last >= patience else { return false }
            askedAt[key] = now
            return true
        }
    }

    /// When to look at a service again whose last look gave `verdict`, or found nothing where that is `nil`.
    func revisit(
        _ key: ServiceKey, _ verdict: HealthVerdict?, otherwise revisit: Revisit, wasAsked: Bool
    ) -> Revisit {
        switch verdict {
        case .deploying, .unhealthy:
            begin(key)
            return revisit
        case nil where !wasAsked && askedAt.withLock { $0[key] != nil }:
            return .after(Self.patience)
        default:
            askedAt.withLock { $0[key] = nil }
            return revisit
        }
    }
}
