import Foundation
import KubernetesClient

extension DiagnosisRule {
    /// Pods that take long, while the cluster complains of nothing.
    static let waits: [DiagnosisRule] = [
        DiagnosisRule(
            "InitContainerRuns", reads: "init container running for long",
            then: "Look at its log: it may wait for something that a preview does not have.",
            .container { container in
                guard container.isInit, !container.isSidecar, container.isRunning, let since = container.runningSince
                else { return nil }
                return container.slow(
                    "\(container.title) has been running since \(Timestamp.format(since)); the service's own containers "
                        + "wait for its end.", since: since
                ).withLog(of: container)
            }),
        DiagnosisRule(
            "ImagePullSlow",
            reads: "container waiting `ContainerCreating` while condition `PodReadyToStartContainers` is true",
            then: "Wait; a smaller image, or one that is on the node already, starts faster.",
            .container { container in
                guard container.isBeingCreated, !container.waitsForInit,
                    let ready = container.pod.condition("PodReadyToStartContainers"), ready.isTrue
                else { return nil }
                let since = ready.lastTransitionTime ?? container.pod.createdAt
                return container.slow(
                    "The image \(container.image) has been on its way to the node since \(Timestamp.format(since)).",
                    since: since)
            }),
        DiagnosisRule(
            "ContainerCreating", reads: "container waiting `ContainerCreating` and no Event says why",
            then: "Look at the node that runs the pod.",
            .container { container in
                guard container.isBeingCreated, !container.waitsForInit else { return nil }
                let since = container.pod.scheduling?.lastTransitionTime ?? container.pod.createdAt
                return container.slow(
                    "\(container.title) has been waiting since \(Timestamp.format(since)) for its image, its volumes or "
                        + "its network; the cluster does not say for which.", since: since)
            }),
        DiagnosisRule(
            "NotScheduled", reads: "pod without a node and without condition `PodScheduled`",
            then: "Check that the cluster's scheduler works, and the pod's schedulerName.",
            .pod { pod in
                guard pod.isUnassigned, pod.scheduling == nil, pod.containers.isEmpty else { return nil }
                let isOverdue = pod.age > pod.patience.readiness
                return Finding(
                    isOverdue ? .passing : .starting, "Pod \(pod.name) has been looked at by no scheduler yet."
                ).lasting(since: pod.createdAt)
            }),
        DiagnosisRule(
            "NodeSilent", reads: "pod with a node, whose kubelet has not reported a container",
            then: "Look at the node.",
            .pod { pod in
                guard !pod.isUnassigned, pod.status["phase"].string == "Pending", pod.containers.isEmpty else {
                    return nil
                }
                let isOverdue = pod.age > pod.patience.readiness
                return Finding(
                    isOverdue ? .passing : .starting,
                    "Node \(pod.pod["spec"]["nodeName"].string ?? "") has not taken up pod \(pod.name) yet."
                ).lasting(since: pod.createdAt)
            }),
        DiagnosisRule(
            "PodStaysTerminating", reads: "pod with a `deletionTimestamp` that has passed",
            then: "Look at the pod's finalizers and its node; delete it by force if the node is gone.",
            .workload { workload in
                // The time by which it had to end: the deletion's own time and its grace period.
                let late = workload.leaving.lazy.compactMap { pod -> (String, Date)? in
                    guard let end = KubernetesObject(pod).deletionTimestamp,
                        workload.now.timeIntervalSince(end) > workload.patience.readiness
                    else { return nil }
                    return (pod["metadata"]["name"].string ?? "", end)
                }.first
                guard let (name, end) = late else { return nil }
                var finding = Finding(
                    .passing, "Pod \(name), which is to be replaced, should have ended by \(Timestamp.format(end)).")
                finding.object = .init(apiVersion: "v1", kind: "Pod", name: name)
                return finding
            }),
    ]
}

extension ContainerEvidence {
    /// A container waits for its pod's init containers, which speak for themselves.
    fileprivate var waitsForInit: Bool {
        if isInit {
            let earlier = pod.containers.prefix { $0.name != name }
            return earlier.contains { $0.status["state"]["terminated"] == nil }
        }
        return pod.condition("Initialized")?.isFalse ?? (waitingReason == "PodInitializing")
    }

    fileprivate func slow(_ sentence: String, since: Date) -> Finding {
        let isOverdue = pod.now.timeIntervalSince(since) > pod.patience.readiness
        return Finding(isOverdue ? .passing : .starting, sentence).lasting(since: since)
    }
}
