import Foundation
import KubernetesClient

/// Concludes from workloads and pods how a service is. Pure: the same observation gives the same verdict.
struct Diagnosis: Sendable {
    var patience = HealthPatience()

    /// The verdict on a service; `nil` where it has no workloads.
    func verdict(on observation: ServiceObservation, now: Date) -> HealthVerdict? {
        let workloads = observation.workloads.map(WorkloadState.init)
        guard !workloads.isEmpty else { return nil }
        if workloads.allSatisfy(\.isRolledOut) {
            return .healthy(readyReplicas: workloads.map(\.ready).reduce(0, +))
        }
        let generation = observation.workloads.compactMap {
            PodTemplates.template(of: $0)?["metadata"]["labels"]["understudy.dev/generation"].string
        }
        let problems = observation.pods.filter { isCurrent($0, generation) }.compactMap {
            PodDiagnosis(patience: patience).problem(of: $0, now: now)
        }
        let refusals = workloads.compactMap { $0.refusal(now: now, patience: patience) }
        if let worst = (problems + refusals).max(by: { $0.severity < $1.severity }) {
            switch worst.severity {
            case .final: return .failed(worst.problem)
            case .passing: return .unhealthy(worst.problem)
            case .starting:
                if let overdue = workloads.compactMap(\.deadlineExceeded).first {
                    return .failed(overdue(worst.problem))
                }
                if workloads.contains(where: \.wasRolledOut) { return .unhealthy(worst.problem) }
            }
        }
        if let overdue = workloads.compactMap(\.deadlineExceeded).first { return .failed(overdue(nil)) }
        let ready = workloads.map(\.ready).reduce(0, +)
        let desired = workloads.map(\.desired).reduce(0, +)
        return .deploying("\(ready) of \(desired) replicas are ready")
    }

    /// Whether a pod belongs to what was asked for last, rather than to what it replaces.
    private func isCurrent(_ pod: JSONValue, _ generations: [String]) -> Bool {
        guard pod["metadata"]["deletionTimestamp"] == nil else { return false }
        // A hook's or CronJob's pods come and go beside the service.
        guard !KubernetesObject(pod).ownerReferences.contains(where: { $0.kind == "Job" }) else { return false }
        guard !generations.isEmpty, let own = pod["metadata"]["labels"]["understudy.dev/generation"].string else {
            return true
        }
        return generations.contains(own)
    }
}

/// How bad a problem is.
enum ProblemSeverity: Int, Sendable, Comparable {
    /// A pod that has not come up yet.
    case starting
    /// Something is wrong and may get better.
    case passing
    /// It will not get better.
    case final

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A problem with its severity.
struct RankedProblem: Sendable, Equatable {
    var severity: ProblemSeverity
    var problem: HealthProblem
}
