import Foundation
import KubernetesClient

extension DiagnosisRule {
    /// Images that do not come: the kubelet says that it can't pull, and why in words.
    static let images: [DiagnosisRule] = [
        DiagnosisRule(
            "InvalidImageName", reads: "container waiting `InvalidImageName`",
            then: "Correct the version: an image is a lower-case name and a tag.",
            .container { container in
                guard container.waitingReason == "InvalidImageName" else { return nil }
                return Finding(
                    .final, "The image of \(container.lowerTitle) has no valid name: \(container.imageWords.quoted).",
                    reason: container.waitingReason)
            }),
        DiagnosisRule(
            "ImageNeverPulled", reads: "container waiting `ErrImageNeverPull`",
            then: "Put the image on the node, or set imagePullPolicy to IfNotPresent.",
            .container { container in
                guard container.waitingReason == "ErrImageNeverPull" else { return nil }
                return Finding(
                    .final, "The image \(container.image) is not on the node, and its pull policy is Never.",
                    reason: container.waitingReason)
            }),
        pull(
            "ImageForOtherPlatform", .wrongPlatform, "is not built for the node's processor",
            then: "Build the version for the nodes' architecture, or run it on nodes that have the image's."),
        pull(
            "RegistryRateLimited", .rateLimited, "cannot be pulled: the registry allows no more pulls for now",
            waits: true, then: "Wait, or pull with credentials that have a higher limit."),
        pull(
            "RegistryNameUnknown", .nameUnknown, "cannot be pulled: the registry's name is not known to the node",
            waits: true, then: "Check the registry's name in the image and the nodes' DNS."),
        pull(
            "RegistryUntrusted", .untrusted, "cannot be pulled: the node does not trust the registry's certificate",
            then: "Give the nodes the registry's certificate authority, or correct its certificate."),
        pull(
            "ImagePullRefused", .pullDenied, "may not be pulled, or does not exist",
            then: "Check that the version exists, and that the pull secret is valid for this registry."),
        pull(
            "RegistryUnreachable", .unreachable, "cannot be pulled: the registry does not answer", waits: true,
            then: "Check that the registry is up and that the nodes reach it."),
        pull(
            "NodeDiskFull", .noSpace, "cannot be pulled: the node's disk is full", waits: true,
            then: "Free disk space on the node, or add a node."),
        pull(
            "ImageSignatureInvalid", .badSignature, "is not signed as the cluster's policy asks",
            then: "Sign the version, or correct the policy."),
        pull(
            "ImageNotFound", .imageNotFound, "does not exist",
            then: "Check the version: the registry has no such tag."),
        pull(
            "ImagePullFailed", nil, "cannot be pulled",
            then: "Check that the version exists and that the cluster may pull it."),
    ]

    private static let pulling = [
        "ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ImageInspectError", "SignatureValidationFailed",
    ]

    /// A rule for pulls that fail for a reason; without a phrase for any.
    ///
    /// - Parameter waits: whether it may pass by itself.
    private static func pull(
        _ name: String, _ phrase: ClusterWords.Phrase?, _ what: String, waits: Bool = false, then nextStep: String
    ) -> DiagnosisRule {
        let signal = "container waiting `ErrImagePull` or `ImagePullBackOff`, its message, Event `Failed` of the pod"
        return DiagnosisRule(
            name, reads: signal, then: nextStep,
            .container { container in
                guard pulling.contains(container.waitingReason) else { return nil }
                let words = container.imageWords
                if let phrase, !words.say(phrase) { return nil }
                let patience = container.pod.patience
                let severity: ProblemSeverity
                if waits {
                    severity = container.pod.final(after: patience.surroundings)
                } else {
                    // After the second attempt the kubelet pauses, and says so.
                    severity =
                        container.waitingReason == "ErrImagePull"
                        ? container.pod.final(after: patience.startProblem) : .final
                }
                return Finding(
                    severity, "The image \(container.image) \(what) (\(words.quoted)).", reason: container.waitingReason
                )
            })
    }
}

extension ContainerEvidence {
    /// In the middle of a sentence.
    var lowerTitle: String { title.prefix(1).lowercased() + title.dropFirst() }

    /// What was said about the image. While it pauses the kubelet of older versions repeats no cause; its Event has it.
    fileprivate var imageWords: ClusterWords {
        let said = waitingMessage ?? ""
        let isBare = said.hasPrefix("Back-off pulling image") && !said.contains(": ")
        guard said.isEmpty || isBare else { return ClusterWords(said) }
        let event = pod.events.filter {
            $0.kind == "Pod" && $0.name == pod.name && $0.reason == "Failed" && $0.message.contains(image)
        }.max { $0.lastSeen < $1.lastSeen }
        return ClusterWords(event?.message ?? said)
    }
}
