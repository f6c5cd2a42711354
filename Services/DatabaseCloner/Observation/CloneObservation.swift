import Foundation
import Shared

/// What the cluster shows of a clone at one instant.
struct CloneObservation: Sendable {
    /// The clone.
    var clone: KubernetesObject
    /// The name of the Kubernetes cluster that it is on.
    var cluster: String
    /// The pods that fill the clone's first volume (`cnpg.io/jobRole`).
    var bootstrapPods: [KubernetesObject]

    /// What is to be said of it.
    enum Verdict: Sendable, Equatable {
        /// Work goes on; in words, how.
        case working(String)
        /// The source had no connection left to copy from. It is made anew when there is a place.
        case turnedAway
        /// The data is there and the server answers.
        case up
        /// It will not come up by itself. The pod is the one whose log says why.
        case failed(Failure, pod: String?)
    }

    /// How many attempts at copying the data may fail before the clone counts as failed. The first may run before the
    /// network lets it through; the operator itself goes on for many minutes.
    static let toleratedFailures = 1

    /// The verdict on what is seen.
    var verdict: Verdict {
        if let phase, Self.terminalPhases.contains(phase) { return .failed(failure(of: phase), pod: failedPod?.name) }
        if isUp { return .up }
        if failedCount > Self.toleratedFailures { return .failed(bootstrapFailure, pod: failedPod?.name) }
        if let blocked = blockedContainer { return .failed(blocked, pod: nil) }
        return .working(words)
    }

    /// How many attempts at copying the data have failed.
    var failedCount: Int { bootstrapPods.count { $0.status["phase"].string == "Failed" } }

    /// Healthy by phase *and* by its instances: a hibernated cluster has the phase as well.
    var isUp: Bool {
        phase == Self.healthyPhase
            && clone.status["readyInstances"].int == (clone.spec["instances"].int ?? 1)
            && !(clone.status["currentPrimary"].string ?? "").isEmpty
            && clone.condition("cnpg.io/hibernation")?.isTrue != true
            && !clone.isBeingDeleted
    }

    private var phase: String? { clone.status["phase"].string }
    private static let healthyPhase = "Cluster in healthy state"

    /// Phases that the operator does not leave by itself.
    static let terminalPhases: Set<String> = [
        "Cluster is unrecoverable and needs manual intervention",
        "Invalid cluster definition",
        "Cluster has incomplete or invalid image catalog",
        "Cluster cannot proceed to reconciliation due to an unknown plugin being required",
        "Waiting for user action",
    ]
}

extension CloneObservation {
    private var words: String {
        let phase = phase ?? "waiting for the CloudNativePG operator"
        let attempts = failedCount > 0 ? "; the first attempt failed, trying again" : ""
        let waiting = bootstrapPods.compactMap(unschedulable).first.map { "; \($0)" } ?? ""
        return phase + phaseReason + attempts + waiting
    }

    /// The operator's own words for the phase; it may quote a connection string.
    private var phaseReason: String {
        clone.status["phaseReason"].string.flatMap { $0.isEmpty ? nil : ": \(LogExcerpt.redacted($0))" } ?? ""
    }

    private func unschedulable(_ pod: KubernetesObject) -> String? {
        guard let condition = pod.condition("PodScheduled"), condition.isFalse else { return nil }
        return "pod \(pod.name) can't be scheduled: \(condition.message ?? condition.reason ?? "no reason given")"
    }

    private var failedPod: KubernetesObject? {
        bootstrapPods.filter { $0.status["phase"].string == "Failed" }
            .max { ($0.creationTimestamp ?? .distantPast) < ($1.creationTimestamp ?? .distantPast) }
    }

    private func failure(of phase: String) -> Failure {
        return Failure(
            reason: "CloneFailed", message: "The clone \(clone.name) can't be made: \(phase)\(phaseReason).",
            object: clone.objectReference(on: cluster), nextStep: nextStep)
    }

    private var bootstrapFailure: Failure {
        let role = failedPod?.labels["cnpg.io/jobRole"] ?? "bootstrap"
        let exit = failedPod?.terminatedContainer
        let code = exit["exitCode"].int.map { " with exit code \($0)" } ?? ""
        let words = exit["message"].string.map { ": \(LogExcerpt.redacted($0))" } ?? ""
        return Failure(
            reason: "CopyFailed",
            message: "Copying the data into \(clone.name) failed more than once (\(role) ended\(code)\(words)).",
            object: failedPod?.objectReference(on: cluster) ?? clone.objectReference(on: cluster), nextStep: nextStep)
    }

    /// A container that can't be started, for reasons that do not pass.
    private var blockedContainer: Failure? {
        let lasting: Set<String> = ["ImagePullBackOff", "InvalidImageName", "CreateContainerConfigError"]
        for pod in bootstrapPods {
            for status in pod.containerStatuses {
                guard let reason = status["state"]["waiting"]["reason"].string, lasting.contains(reason) else {
                    continue
                }
                let words = status["state"]["waiting"]["message"].string.map { ": \(LogExcerpt.redacted($0))" } ?? ""
                return Failure(
                    reason: reason, message: "The pod that copies the data can't start: \(reason)\(words).",
                    object: pod.objectReference(on: cluster), nextStep: nextStep)
            }
        }
        return nil
    }

    private var nextStep: String {
        "Look at kubectl describe clusters.postgresql.cnpg.io \(clone.name) -n \(clone.namespace ?? ""),"
            + " then retry; a retry begins with a new clone."
    }
}

extension KubernetesObject {
    /// Status of every container of a pod, those that run first included.
    var containerStatuses: [JSONValue] {
        (status["initContainerStatuses"].array ?? []) + (status["containerStatuses"].array ?? [])
    }

    /// How a pod's container ended, where one ended badly.
    var terminatedContainer: JSONValue? {
        containerStatuses.compactMap { $0["state"]["terminated"] }.first { $0["exitCode"].int != 0 }
    }
}
