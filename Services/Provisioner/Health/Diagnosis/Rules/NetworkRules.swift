import Foundation
import KubernetesClient

extension DiagnosisRule {
    /// Pods that get no sandbox or no network on their node; only Events tell of them.
    static let networks: [DiagnosisRule] = [
        sandbox(
            "PodAddressesExhausted", .noAddresses, "the network has no address left for it",
            then: "Enlarge the pods' address range, or remove pods."),
        sandbox(
            "NodeNetworkNotReady", .networkNotReady, "the node's network is not ready",
            then: "Look at the network plugin on the node."),
        sandbox(
            "SandboxFailed", nil, "its sandbox or network cannot be made",
            then: "Look at the network plugin and the container runtime on the node."),
    ]

    private static func sandbox(
        _ name: String, _ phrase: ClusterWords.Phrase?, _ why: String, then nextStep: String
    ) -> DiagnosisRule {
        let signal =
            "container waiting `ContainerCreating`; Event `FailedCreatePodSandBox` or `NetworkNotReady` of the pod"
        return DiagnosisRule(
            name, reads: signal, then: nextStep,
            .pod { pod in
                guard pod.isBeingCreated, let event = pod.warning("FailedCreatePodSandBox", "NetworkNotReady") else {
                    return nil
                }
                let words = ClusterWords(event.message)
                if let phrase, !words.say(phrase) { return nil }
                return Finding(
                    pod.final(repeating: event),
                    "Pod \(pod.name) cannot start, \(why): \(words.quoted).", reason: event.reason)
            })
    }
}
