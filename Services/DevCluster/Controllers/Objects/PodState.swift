import Foundation
import KubernetesClient

/// What workload controllers ask about a Pod.
extension JSONValue {
    var podPhase: String { status["phase"]?.string ?? "Pending" }

    /// Whether a Pod's programs have all ended for good.
    var isFinishedPod: Bool { podPhase == "Succeeded" || podPhase == "Failed" }

    /// Whether a Pod counts for its owner: neither ended nor about to go.
    var isActivePod: Bool { !isFinishedPod && !isBeingDeleted }

    /// Whether a Pod's condition `Ready` holds.
    var isReadyPod: Bool { condition("Ready")?["status"]?.string == "True" }

    /// How long until a ready Pod counts as available: 0 when it does already, `nil` when it is not ready.
    func timeUntilAvailable(minReadySeconds: Int, now: Date) -> TimeInterval? {
        guard isReadyPod else { return nil }
        guard minReadySeconds > 0 else { return 0 }
        guard let text = condition("Ready")?["lastTransitionTime"]?.string, let since = Timestamp.parse(text) else {
            return TimeInterval(minReadySeconds)
        }
        return max(0, since.addingTimeInterval(TimeInterval(minReadySeconds)).timeIntervalSince(now))
    }
}
