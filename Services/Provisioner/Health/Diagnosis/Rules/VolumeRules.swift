import Foundation
import KubernetesClient

extension DiagnosisRule {
    /// Volumes that can't be attached or mounted; only Events tell of them. What is missing may come: the kubelet tries
    /// again, with pauses that grow to two minutes.
    static let volumes: [DiagnosisRule] = [
        mount(
            "VolumeSecretMissing", .secretMissing,
            then: "Create the Secret where the application runs in production, then retry."
        ) { "a volume of it needs Secret \($0.name(after: "ecret \"", upTo: "\"") ?? ""), which does not exist" },
        mount(
            "VolumeConfigMapMissing", .configMapMissing,
            then: "Create the ConfigMap where the application runs in production, then retry."
        ) { "a volume of it needs ConfigMap \($0.name(after: "onfigmap \"", upTo: "\"") ?? ""), which does not exist" },
        mount(
            "VolumeKeyMissing", .keyMissing,
            then: "Add the key to the Secret or ConfigMap, or correct the volume's items."
        ) { "a volume of it names a key that is not there (\($0.quoted))" },
        mount(
            "VolumeAttachedElsewhere", .attachedElsewhere,
            then: "Wait until the pod that holds the volume is gone, or use storage that several nodes can mount."
        ) { "another node holds its volume (\($0.quoted))" },
        mount(
            "VolumeNotAttached", reason: "FailedAttachVolume", nil,
            then: "Look at the storage driver and at the volume."
        ) { "its volume cannot be attached to the node (\($0.quoted))" },
        mount("VolumeNotMounted", nil, then: "Correct what the message names; look at the storage driver.") {
            "a volume of it cannot be mounted (\($0.quoted))"
        },
    ]

    private static func mount(
        _ name: String, reason: String? = nil, _ phrase: ClusterWords.Phrase?, then nextStep: String,
        _ what: @escaping @Sendable (ClusterWords) -> String
    ) -> DiagnosisRule {
        let signal = "container waiting `ContainerCreating`; Event `\(reason ?? "FailedMount")` of the pod"
        return DiagnosisRule(
            name, reads: signal, then: nextStep,
            .pod { pod in
                guard pod.isBeingCreated,
                    let event = pod.warning("FailedMount", "FailedAttachVolume", "FailedMapVolume"),
                    reason == nil || event.reason == reason
                else { return nil }
                let words = ClusterWords(event.message)
                if let phrase, !words.say(phrase) { return nil }
                return Finding(
                    pod.final(repeating: event), "Pod \(pod.name) cannot start: \(what(words)).", reason: event.reason)
            })
    }
}
