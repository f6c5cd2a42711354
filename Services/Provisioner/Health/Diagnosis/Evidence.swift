import Foundation
import KubernetesClient

/// A pod, with what is known about it.
struct PodEvidence: Sendable {
    let pod: JSONValue
    /// Warnings about any object of the service.
    let events: [ClusterEvent]
    let claims: [JSONValue]
    let now: Date
    let patience: HealthPatience

    var name: String { pod["metadata"]["name"].string ?? "" }
    var status: JSONValue? { pod["status"] }
    var object: HealthProblem.Object { .init(apiVersion: "v1", kind: "Pod", name: name) }
    var createdAt: Date { pod["metadata"]["creationTimestamp"].string.flatMap(Timestamp.parse) ?? now }
    var age: TimeInterval { now.timeIntervalSince(createdAt) }
    var isFailed: Bool { status["phase"].string == "Failed" }
    /// Whether no node runs it yet.
    var isUnassigned: Bool { (pod["spec"]["nodeName"].string ?? "").isEmpty }
    var scheduling: Condition? { condition("PodScheduled") }

    func condition(_ type: String) -> Condition? { KubernetesObject(pod).condition(type) }

    /// The newest warning about the pod with one of these reasons, since the first of them.
    func warning(_ reasons: String...) -> ClusterEvent? {
        events.filter { $0.kind == "Pod" && $0.name == name && reasons.contains($0.reason) }.joined
    }

    /// Final once the kubelet, which tries again by itself, has said so time and again for a while. What it said once may
    /// be over, however old the pod is.
    func final(repeating warning: ClusterEvent) -> ProblemSeverity {
        warning.lastSeen.timeIntervalSince(warning.firstSeen) >= patience.surroundings ? .final : .passing
    }

    /// Final after a while, as it may get better until then.
    func final(after wait: TimeInterval) -> ProblemSeverity { age >= wait ? .final : .passing }

    /// The names of the PersistentVolumeClaims that it uses.
    var claimNames: [String] {
        (pod["spec"]["volumes"].array ?? []).compactMap { $0["persistentVolumeClaim"]["claimName"].string }
    }

    var containers: [ContainerEvidence] {
        [("initContainers", "initContainerStatuses"), ("containers", "containerStatuses")].flatMap { list, statuses in
            (status[statuses].array ?? []).map { status in
                let specification = (pod["spec"][list].array ?? []).first { $0["name"] == status["name"] }
                return ContainerEvidence(
                    pod: self, status: status, specification: specification ?? [:], isInit: list == "initContainers")
            }
        }
    }

    /// Whether a container waits to be made for no reason that it gives.
    var isBeingCreated: Bool {
        !isUnassigned && containers.contains(where: \.isBeingCreated)
    }
}

/// A container of a pod.
struct ContainerEvidence: Sendable {
    let pod: PodEvidence
    let status: JSONValue
    let specification: JSONValue
    let isInit: Bool

    var name: String { status["name"].string ?? "" }
    /// Such as `Container orders`.
    var title: String { (isInit ? "Init container " : "Container ") + name }
    var image: String { specification["image"].string ?? status["image"].string ?? "of container \(name)" }
    var waitingReason: String { status["state"]["waiting"]["reason"].string ?? "" }
    var waitingMessage: String? { status["state"]["waiting"]["message"].string }
    var runningSince: Date? { status["state"]["running"]["startedAt"].string.flatMap(Timestamp.parse) }
    var isRunning: Bool { status["state"]["running"] != nil }
    var isReady: Bool { status["ready"].bool ?? false }
    var restarts: Int { status["restartCount"].int ?? 0 }
    var isBeingCreated: Bool { waitingReason == "ContainerCreating" || waitingReason == "PodInitializing" }
    /// Goes on beside the others.
    var isSidecar: Bool { isInit && specification["restartPolicy"].string == "Always" }

    /// What was said when it could not be made or started.
    var startWords: ClusterWords? {
        switch waitingReason {
        case "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreCreateHookError",
            "PreStartHookError", "PostStartHookError":
            return ClusterWords(waitingMessage)
        default: break
        }
        for ended in [status["state"]["terminated"], status["lastState"]["terminated"]] {
            switch ended["reason"].string {
            case "StartError", "ContainerCannotRun":
                return isSettled ? nil : ClusterWords(ended["message"].string)
            default: continue
            }
        }
        return nil
    }

    /// Whether it is up, and stays so, for all that is known.
    var isSettled: Bool {
        guard isReady else { return false }
        guard restarts > 0, let since = runningSince else { return true }
        return pod.now.timeIntervalSince(since) >= pod.patience.settling
    }

    /// How it ended, where that matters still.
    var ending: Ending? {
        let present = status["state"]["terminated"]
        guard !isSettled, let value = present ?? status["lastState"]["terminated"] else { return nil }
        let ending = Ending(value)
        // An init container that did its work ends with 0, and so does a Job's.
        let mayEnd = (isInit && !isSidecar) || ["Never", "OnFailure"].contains(pod.pod["spec"]["restartPolicy"].string)
        return ending.code == 0 && mayEnd ? nil : ending
    }

    /// Final once it has ended too often, unless it is up again.
    var endingSeverity: ProblemSeverity { restarts >= pod.patience.restarts && !isReady ? .final : .passing }

    /// What the kubelet said last when a probe of a kind failed, since a time.
    func probeFailure(_ purpose: String, since: Date) -> ClusterEvent? {
        pod.events.filter {
            $0.kind == "Pod" && $0.name == pod.name && $0.reason == "Unhealthy"
                && ($0.container ?? name) == name && $0.message.hasPrefix(purpose) && $0.lastSeen >= since
        }.max { $0.lastSeen < $1.lastSeen }
    }

    /// Whether it has a probe of a kind, such as `readiness`.
    func probe(_ purpose: String) -> JSONValue? { specification["\(purpose)Probe"] }
}

/// How a run of a container ended.
struct Ending: Sendable {
    let code: Int
    let signal: Int?
    let reason: String?
    let message: String?
    let startedAt: Date

    init(_ value: JSONValue) {
        code = value["exitCode"].int ?? 0
        signal = value["signal"].int
        reason = value["reason"].string
        message = value["message"].string
        startedAt = value["startedAt"].string.flatMap(Timestamp.parse) ?? .distantPast
    }
}

/// A workload, with what is known about it.
struct WorkloadEvidence: Sendable {
    let workload: JSONValue
    /// Warnings about any object of the service.
    let events: [ClusterEvent]
    /// Its pods, without those of an older version.
    let pods: [JSONValue]
    /// The service's pods that are being deleted.
    let leaving: [JSONValue]
    let now: Date
    let patience: HealthPatience

    var kind: String { workload["kind"].string ?? "Deployment" }
    var name: String { workload["metadata"]["name"].string ?? "" }
    var title: String { "\(kind) \(name)" }
    var createdAt: Date { workload["metadata"]["creationTimestamp"].string.flatMap(Timestamp.parse) ?? now }

    var object: HealthProblem.Object {
        .init(apiVersion: workload["apiVersion"].string ?? "apps/v1", kind: kind, name: name)
    }

    func condition(_ type: String) -> Condition? { KubernetesObject(workload).condition(type) }

    /// Why no pods can be made, and since when, where that is so.
    var refusal: (words: ClusterWords, reason: String, since: Date)? {
        if let failure = condition("ReplicaFailure"), failure.isTrue {
            return (
                ClusterWords(failure.message), failure.reason ?? "FailedCreate", failure.lastTransitionTime ?? now
            )
        }
        // StatefulSets, DaemonSets and Jobs have no condition for it. What was refused once and then made is no problem.
        guard kind != "Deployment", pods.isEmpty, let event = events.newest(about: kind, name, "FailedCreate") else {
            return nil
        }
        return (ClusterWords(event.message), event.reason, max(createdAt, event.firstSeen))
    }
}
