import Foundation
import KubernetesClient

extension DiagnosisRule {
    /// Pods that no node takes. The scheduler counts the nodes by reason; what the pod itself asks for is named first.
    static let placements: [DiagnosisRule] =
        claims + [
            unschedulable(
                "InsufficientCPU", .tooLittleCPU, "no node has the CPU free that it asks for",
                then: "Ask for less CPU, or add a node."),
            unschedulable(
                "InsufficientMemory", .tooLittleMemory, "no node has the memory free that it asks for",
                then: "Ask for less memory, or add a node."),
            unschedulable(
                "InsufficientResources", .tooLittleElse, "no node has free what it asks for",
                then: "Ask for less, or add a node that has it."),
            unschedulable(
                "VolumeElsewhere", .volumeElsewhere, "its volume is bound to another node or zone",
                then: "Add a node in the volume's zone, or use storage that every node reaches."),
            unschedulable(
                "NodeSelectorUnmatched", .unmatchedSelector, "no node matches its node selector, affinity or spread",
                then: "Correct nodeSelector and affinity in the chart, or label a node so."),
            unschedulable(
                "HostPortTaken", .portsTaken, "the host port that it asks for is taken on every node",
                then: "Leave hostPort out: the Service leads to the pod without it."),
            unschedulable("TooManyPods", .tooManyPods, "every node runs as many pods as it may", then: "Add a node."),
            unschedulable(
                "NodeTainted", .tainted, "every node that is left has a taint that it does not tolerate",
                then: "Add a node without the taint, or a toleration to the chart."),
            unschedulable(
                "NodesUnschedulable", .cordoned, "the nodes are closed for new pods",
                then: "Uncordon a node or add one."),
            unschedulable("NoNodes", .noNodes, "the cluster has no nodes", then: "Add a node."),
            DiagnosisRule(
                "SchedulingGated", reads: "pod condition `PodScheduled` false with reason `SchedulingGated`",
                then: "Look at the controller that removes the gate.",
                .pod { pod in
                    guard let scheduled = pod.scheduling, scheduled.isFalse, scheduled.reason == "SchedulingGated"
                    else {
                        return nil
                    }
                    let gates = (pod.pod["spec"]["schedulingGates"].array ?? []).compactMap { $0["name"].string }
                    return Finding(
                        .passing,
                        "Pod \(pod.name) is held back by scheduling gate \(gates.joined(separator: ", ")).",
                        reason: scheduled.reason)
                }),
            unschedulable(
                "Unschedulable", nil, "no node takes it", then: "Correct what the message names, or add a node."),
        ]

    private static func unschedulable(
        _ name: String, _ phrase: ClusterWords.Phrase?, _ why: String, then nextStep: String
    ) -> DiagnosisRule {
        let signal = "pod condition `PodScheduled` false, and its message"
        return DiagnosisRule(
            name, reads: signal, then: nextStep,
            .pod { pod in
                guard let scheduled = pod.scheduling, scheduled.isFalse else { return nil }
                let words = ClusterWords(scheduled.message)
                if let phrase, !words.say(phrase) { return nil }
                return Finding(
                    pod.age > pod.patience.placement ? .final : .passing,
                    "Pod \(pod.name) waits for a node: \(why) (\(words.quoted)).", reason: scheduled.reason)
            })
    }

    // MARK: Claims

    private static let claims: [DiagnosisRule] = [
        DiagnosisRule(
            "ClaimMissing", reads: "pod condition `PodScheduled` false: a PersistentVolumeClaim is not found",
            then: "Correct the claim's name, or let the chart make it.",
            .pod { pod in
                guard let scheduled = pod.scheduling, scheduled.isFalse else { return nil }
                let words = ClusterWords(scheduled.message)
                guard words.say(.claimMissing) else { return nil }
                let claim = words.name(after: "persistentvolumeclaim \"", upTo: "\"") ?? ""
                return Finding(
                    pod.final(after: pod.patience.startProblem),
                    "Pod \(pod.name) needs PersistentVolumeClaim \(claim), which does not exist.",
                    reason: scheduled.reason)
            }),
        claim("ClaimLost", reads: "phase `Lost`", then: "Delete the claim and let it be made anew.") { claim, _ in
            claim["status"]["phase"].string == "Lost" ? (.final, "has lost its volume") : nil
        },
        claim(
            "StorageClassMissing", reads: "phase `Pending`, Event `ProvisioningFailed`: the class is not found",
            then: "Use a storage class that the cluster has."
        ) { claim, event in
            let words = ClusterWords(event?.message)
            guard event != nil, words.say(.classMissing) else { return nil }
            return (
                .final, "asks for storage class \(claim["spec"]["storageClassName"].string ?? ""), which does not exist"
            )
        },
        claim(
            "VolumeNotProvisioned", reads: "phase `Pending`, Event `ProvisioningFailed`",
            then: "Look at the storage provisioner."
        ) { _, event in
            event.map { (.passing, "gets no volume (\(ClusterWords($0.message).quoted))") }
        },
        claim(
            "NoStorageClass", reads: "phase `Pending` without a storage class",
            then: "Mark a storage class of the cluster as its default, or name one in the chart."
        ) { claim, _ in
            guard (claim["spec"]["storageClassName"].string ?? "").isEmpty else { return nil }
            return (.passing, "names no storage class, and the cluster has no default one")
        },
        claim(
            "ClaimPending", reads: "phase `Pending`, while the pod waits for it",
            then: "Look at the storage class's provisioner."
        ) { claim, _ in
            let name = claim["spec"]["storageClassName"].string ?? ""
            return (.passing, "waits for a volume of storage class \(name)")
        },
    ]

    /// A rule for a claim that is not bound, while a pod waits for it.
    private static func claim(
        _ name: String, reads signal: String, then nextStep: String,
        _ what: @escaping @Sendable (JSONValue, ClusterEvent?) -> (ProblemSeverity, String)?
    ) -> DiagnosisRule {
        DiagnosisRule(
            name, reads: "PersistentVolumeClaim: \(signal)", then: nextStep,
            .pod { pod in
                guard pod.isUnassigned else { return nil }
                return pod.openClaims.lazy.compactMap { claim -> Finding? in
                    let claimName = claim["metadata"]["name"].string ?? ""
                    let event = pod.events.newest(about: "PersistentVolumeClaim", claimName, "ProvisioningFailed")
                    guard let (severity, what) = what(claim, event) else { return nil }
                    let isOverdue = pod.age >= pod.patience.surroundings
                    var finding = Finding(
                        isOverdue ? .final : severity, "PersistentVolumeClaim \(claimName) \(what).")
                    finding.object = .init(apiVersion: "v1", kind: "PersistentVolumeClaim", name: claimName)
                    return finding
                }.first
            })
    }
}

extension PodEvidence {
    /// Its claims that have no volume; one that waits for the pod itself is no obstacle, so only where the scheduler says
    /// that a claim is one, or something failed.
    fileprivate var openClaims: [JSONValue] {
        let names = claimNames
        let isWaitedFor = scheduling.map { $0.isFalse && ClusterWords($0.message).say(.claimUnbound) } ?? false
        return claims.filter { claim in
            let name = claim["metadata"]["name"].string ?? ""
            guard names.contains(name), claim["status"]["phase"].string != "Bound" else { return false }
            return isWaitedFor || claim["status"]["phase"].string == "Lost"
                || events.newest(about: "PersistentVolumeClaim", name, "ProvisioningFailed") != nil
        }
    }
}
