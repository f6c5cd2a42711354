import Foundation
import KubernetesClient

extension DiagnosisRule {
    /// Pods that the cluster ended or gave up, rather than their programs.
    static let lostPods: [DiagnosisRule] = [
        evicted(
            "EvictedForMemory", .memory, "because the node ran out of memory",
            then: "Raise the memory request to what the service uses, or add a node."),
        evicted(
            "EvictedForStorage", .storage, "because it used too much disk space",
            then: "Let the program write less, or raise its ephemeral-storage limit or its volume's sizeLimit."),
        evicted("Evicted", nil, "by its node", then: "Look at the node; the pod is made anew."),
        DiagnosisRule(
            "Preempted",
            reads: "pod failed `Preempting` or condition `DisruptionTarget` with reason `PreemptionByScheduler`",
            then: "Give the preview's pods a higher priority, or add a node.",
            .pod { pod in
                let target = pod.condition("DisruptionTarget")
                let isTarget = target.map { $0.isTrue && $0.reason == "PreemptionByScheduler" } ?? false
                guard isTarget || pod.isFailed && ["Preempting", "Preempted"].contains(pod.failedReason) else {
                    return nil
                }
                let words = ClusterWords(target?.message, isTarget ? nil : pod.status["message"].string)
                return Finding(
                    .passing, "Pod \(pod.name) had to give way to a pod of higher priority (\(words.quoted)).",
                    reason: pod.isFailed ? pod.failedReason : nil)
            }),
        DiagnosisRule(
            "NodeLost",
            reads:
                "pod reason `NodeLost` or `Terminated`, condition `DisruptionTarget`, Event `NodeNotReady` of the pod",
            then: "Look at the node; the pod is made anew elsewhere after a while.",
            .pod { pod in
                let lost = ["NodeLost", "NodeShutdown", "Shutdown", "Terminated"]
                let reasons = ["DeletionByTaintManager", "TerminationByKubelet", "DeletionByPodGC"]
                let target = pod.condition("DisruptionTarget")
                let isTarget = target.map { $0.isTrue && reasons.contains($0.reason ?? "") } ?? false
                let isReady = pod.condition("Ready")?.isTrue ?? false
                guard isTarget || lost.contains(pod.failedReason) || pod.warning("NodeNotReady") != nil && !isReady
                else { return nil }
                let words = ClusterWords(
                    pod.status["message"].string ?? target?.message ?? pod.warning("NodeNotReady")?.message)
                let node = pod.pod["spec"]["nodeName"].string ?? "of the pod"
                return Finding(
                    .passing, "Node \(node), which ran pod \(pod.name), is lost or shuts down (\(words.quoted)).",
                    reason: lost.contains(pod.failedReason) ? pod.failedReason : nil)
            }),
        DiagnosisRule(
            "NodeRefusedPod", reads: "pod failed `OutOf…`, `NodeAffinity`, `UnexpectedAdmissionError` and alike",
            then: "Nothing, if another node takes it; else add a node.",
            .pod { pod in
                let reason = pod.failedReason
                let known = ["NodeAffinity", "NodePorts", "UnexpectedAdmissionError", "TopologyAffinityError"]
                guard pod.isFailed, known.contains(reason) || reason.lowercased().hasPrefix("outof") else { return nil }
                return Finding(
                    .passing,
                    "The node refused pod \(pod.name): \(ClusterWords(pod.status["message"].string).quoted).",
                    reason: reason)
            }),
        DiagnosisRule(
            "PodFailed", reads: "pod phase `Failed` without a container that says why", then: "Look at its events.",
            .pod { pod in
                guard pod.isFailed, !pod.containers.contains(where: { $0.ending != nil }) else { return nil }
                return Finding(
                    .passing, "Pod \(pod.name) failed: \(ClusterWords(pod.status["message"].string).quoted).",
                    reason: pod.failedReason.isEmpty ? nil : pod.failedReason)
            }),
    ]

    private static func evicted(
        _ name: String, _ phrase: ClusterWords.Phrase?, _ why: String, then nextStep: String
    ) -> DiagnosisRule {
        DiagnosisRule(
            name, reads: "pod failed `Evicted`, and its message", then: nextStep,
            .pod { pod in
                guard pod.isFailed, pod.failedReason == "Evicted" else { return nil }
                let words = ClusterWords(pod.status["message"].string)
                if let phrase, !words.say(phrase) { return nil }
                return Finding(
                    .passing, "Pod \(pod.name) was evicted \(why) (\(words.quoted)).", reason: pod.failedReason)
            })
    }
}

extension PodEvidence {
    fileprivate var failedReason: String { status["reason"].string ?? "" }
}
