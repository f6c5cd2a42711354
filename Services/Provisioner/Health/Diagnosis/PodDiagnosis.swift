import Foundation
import KubernetesClient

/// What is wrong with a pod.
struct PodDiagnosis: Sendable {
    var patience: HealthPatience

    /// The worst problem of a pod; `nil` where it is ready.
    func problem(of pod: JSONValue, now: Date) -> RankedProblem? {
        let name = pod["metadata"]["name"].string ?? ""
        let object = HealthProblem.Object(apiVersion: "v1", kind: "Pod", name: name)
        let status = pod["status"]
        let statuses = (status["initContainerStatuses"].array ?? []) + (status["containerStatuses"].array ?? [])
        let age = now.timeIntervalSince(pod["metadata"]["creationTimestamp"].string.flatMap(Timestamp.parse) ?? now)
        let containers = statuses.compactMap { containerProblem($0, object, age: age) }
        if let worst = containers.max(by: { $0.severity < $1.severity }) { return worst }
        if let placement = unschedulable(pod, object, age: age) { return placement }
        if status["phase"].string == "Failed" {
            return RankedProblem(
                severity: .passing,
                problem: HealthProblem(
                    reason: status["reason"].string ?? "PodFailed",
                    message: "Pod \(name) failed: \(status["message"].string ?? "the cluster does not say why").",
                    nextStep: "Look at its events.", object: object))
        }
        return unready(statuses, object, now: now)
    }

    // MARK: Containers

    private func containerProblem(
        _ status: JSONValue, _ object: HealthProblem.Object, age: TimeInterval
    ) -> RankedProblem? {
        let name = status["name"].string ?? ""
        let waiting = status["state"]["waiting"]
        let reason = waiting["reason"].string ?? ""
        let said = waiting["message"].string.map { ": \($0)" } ?? ""
        let start: ProblemSeverity = age >= patience.startProblem ? .final : .passing
        switch reason {
        case "InvalidImageName":
            return problem(
                .final, reason, "The image of container \(name) has no valid name\(said).", Self.version, object)
        case "ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "RegistryUnavailable":
            let image = status["image"].string ?? "of container \(name)"
            // After the second attempt the kubelet pauses, and says so.
            let severity = reason == "ErrImagePull" ? start : .final
            return problem(severity, reason, "The image \(image) cannot be pulled\(said).", Self.version, object)
        case "CreateContainerConfigError", "CreateContainerError", "RunContainerError":
            return problem(
                start, reason, "Container \(name) cannot be started\(said).",
                "See that the Secrets and ConfigMaps that it uses exist, with the keys that it names.", object)
        default:
            return ended(status, name, object)
        }
    }

    private static let version = "Check that the version exists and that the cluster may pull it."

    /// A container that ended by itself, once or again and again.
    private func ended(_ status: JSONValue, _ name: String, _ object: HealthProblem.Object) -> RankedProblem? {
        let restarts = status["restartCount"].int ?? 0
        let isReady = status["ready"].bool ?? false
        let present = status["state"]["terminated"]
        let past = status["lastState"]["terminated"]
        guard !isReady, let terminated = present ?? past else { return nil }
        let code = terminated["exitCode"].int ?? 0
        // An init container that did its work ends with 0, and so may a helper that is not restarted.
        if present != nil, code == 0 { return nil }
        // Running again and not ready yet: what ended before is only of interest when it keeps ending.
        let severity: ProblemSeverity = restarts >= patience.restarts ? .final : .passing
        var result: HealthProblem
        if terminated["reason"].string == "OOMKilled" {
            result = HealthProblem(
                reason: "OOMKilled", message: "Container \(name) used more memory than its limit allows and was ended.",
                nextStep: "Raise the memory limit of the service.", object: object)
        } else {
            let how = terminated["signal"].int.map { "was ended by signal \($0)" } ?? "ended with exit code \(code)"
            result = HealthProblem(
                reason: restarts > 0 ? "CrashLoopBackOff" : "ContainerExited", message: "Container \(name) \(how).",
                nextStep: "Look at its log; deploy a version that keeps running.", object: object)
        }
        if restarts > 0 { result.message += " It was restarted \(restarts) times." }
        result.container = name
        return RankedProblem(severity: severity, problem: result)
    }

    // MARK: The pod as a whole

    private func unschedulable(
        _ pod: JSONValue, _ object: HealthProblem.Object, age: TimeInterval
    ) -> RankedProblem? {
        guard let scheduled = KubernetesObject(pod).condition("PodScheduled"), scheduled.isFalse else { return nil }
        let severity: ProblemSeverity = age > patience.placement ? .final : .passing
        return problem(
            severity, scheduled.reason ?? "Unschedulable",
            "Pod \(object.name) fits on no node: \(scheduled.message ?? "the cluster does not say why").",
            "Ask for less CPU and memory, or add a node.", object)
    }

    private func unready(_ statuses: [JSONValue], _ object: HealthProblem.Object, now: Date) -> RankedProblem? {
        guard let waiting = statuses.first(where: { $0["ready"].bool != true && $0["state"]["running"] != nil }) else {
            return nil
        }
        let name = waiting["name"].string ?? ""
        let started = waiting["state"]["running"]["startedAt"].string.flatMap(Timestamp.parse) ?? now
        let isOverdue = now.timeIntervalSince(started) > patience.readiness
        var result = problem(
            isOverdue ? .passing : .starting, "NotReady",
            "Container \(name) runs but its readiness probe does not succeed.",
            "Look at its log and at what its readiness probe asks.", object)
        result.problem.container = name
        return result
    }

    private func problem(
        _ severity: ProblemSeverity, _ reason: String, _ message: String, _ nextStep: String,
        _ object: HealthProblem.Object
    ) -> RankedProblem {
        RankedProblem(
            severity: severity,
            problem: HealthProblem(reason: reason, message: message, nextStep: nextStep, object: object))
    }
}
