import Foundation
import KubernetesClient

/// How far a workload's rollout is.
struct WorkloadState: Sendable {
    private let object: JSONValue
    let desired: Int
    let ready: Int
    /// Whether every replica runs the newest version and is ready, and none runs an older one.
    let isRolledOut: Bool

    init(_ object: JSONValue) {
        self.object = object
        let status = object["status"]
        switch object["kind"].string {
        case "DaemonSet":
            desired = status["desiredNumberScheduled"].int ?? 0
            ready = status["numberReady"].int ?? 0
            isRolledOut =
                Self.isObserved(object) && (status["updatedNumberScheduled"].int ?? 0) >= desired && ready >= desired
        default:
            desired = object["spec"]["replicas"].int ?? 1
            ready = status["readyReplicas"].int ?? 0
            let updated = status["updatedReplicas"].int ?? 0
            let all = status["replicas"].int ?? 0
            isRolledOut = Self.isObserved(object) && updated >= desired && ready >= desired && all <= updated
        }
    }

    private static func isObserved(_ object: JSONValue) -> Bool {
        (object["status"]["observedGeneration"].int ?? 0) >= (object["metadata"]["generation"].int ?? 0)
    }

    /// Whether the present version was rolled out once, so that what is wrong now went wrong since.
    var wasRolledOut: Bool {
        guard Self.isObserved(object) else { return false }
        if object["kind"].string == "Deployment" {
            return condition("Progressing").map { $0.reason == "NewReplicaSetAvailable" && $0.isTrue } ?? false
        }
        return object["status"]["currentRevision"] != nil
            && object["status"]["currentRevision"] == object["status"]["updateRevision"]
    }

    /// The failure to report where the rollout has taken too long; made from what is wrong with a pod, if anything is.
    var deadlineExceeded: ((HealthProblem?) -> HealthProblem)? {
        guard Self.isObserved(object), let progress = condition("Progressing"), progress.isFalse,
            progress.reason == DiagnosisRule.overdue
        else { return nil }
        let target = target
        return { problem in
            guard var known = problem else {
                return HealthProblem(
                    rule: DiagnosisRule.overdue, reason: DiagnosisRule.overdue,
                    message: "\(target.kind) \(target.name) made no progress until its deadline.",
                    nextStep: "Look at the events of its pods.", object: target)
            }
            known.message += " The rollout's deadline has passed."
            return known
        }
    }

    private var target: HealthProblem.Object {
        .init(
            apiVersion: object["apiVersion"].string ?? "apps/v1", kind: object["kind"].string ?? "Deployment",
            name: object["metadata"]["name"].string ?? "")
    }

    private func condition(_ type: String) -> Condition? { KubernetesObject(object).condition(type) }
}
