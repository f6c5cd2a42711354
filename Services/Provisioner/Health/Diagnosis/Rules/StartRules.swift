import Foundation
import KubernetesClient

extension DiagnosisRule {
    /// Containers that can't be made or started: what they name is not there, or can't be run.
    static let starts: [DiagnosisRule] = [
        start(
            "SecretKeyMissing", then: "Add the key to the Secret in production, or correct the reference, then retry."
        ) { words in
            guard words.say(.keyMissing), let secret = words.word(after: " in Secret ") else { return nil }
            return "needs key \(words.name(after: "find key ", upTo: " in Secret") ?? "") of Secret "
                + "\(secret.lastPart), which has no such key"
        },
        start(
            "ConfigMapKeyMissing",
            then: "Add the key to the ConfigMap in production, or correct the reference, then retry."
        ) { words in
            guard words.say(.keyMissing), let map = words.word(after: " in ConfigMap ") else { return nil }
            return "needs key \(words.name(after: "find key ", upTo: " in ConfigMap") ?? "") of ConfigMap "
                + "\(map.lastPart), which has no such key"
        },
        start("SecretMissing", then: "Create the Secret where the application runs in production, then retry.") {
            guard $0.say(.secretMissing) else { return nil }
            return "needs Secret \($0.name(after: "ecret \"", upTo: "\"") ?? ""), which does not exist"
        },
        start("ConfigMapMissing", then: "Create the ConfigMap where the application runs in production, then retry.") {
            guard $0.say(.configMapMissing) else { return nil }
            return "needs ConfigMap \($0.name(after: "onfigmap \"", upTo: "\"") ?? ""), which does not exist"
        },
        start("RunsAsRoot", then: "Give the image a numeric user other than 0, or set runAsUser.") {
            $0.say(.runsAsRoot) ? "would run as root, which its security context forbids (\($0.quoted))" : nil
        },
        start(
            "WrongArchitecture",
            then: "Build the version for the nodes' architecture; a script needs its #! line."
        ) { $0.say(.wrongFormat) ? "holds a program that the node's processor cannot run (\($0.quoted))" : nil },
        start("WorkingDirectoryMissing", then: "Correct workingDir, or make the folder in the image.") {
            $0.say(.badDirectory) ? "cannot start in its working directory (\($0.quoted))" : nil
        },
        start(
            "CommandNotExecutable", code: 126,
            then: "Make the program executable for the user that the container runs as."
        ) { $0.say(.notExecutable) ? "may not run its command (\($0.quoted))" : nil },
        start(
            "CommandNotFound", code: 127, then: "Correct command and args, or the image that should hold the program."
        ) {
            $0.say(.commandMissing) ? "cannot find its command (\($0.quoted))" : nil
        },
        DiagnosisRule(
            "LifecycleHookFailed", reads: "container waiting `PostStartHookError` or `PreStartHookError`",
            then: "Correct the container's postStart hook.",
            .container { container in
                guard ["PostStartHookError", "PreStartHookError"].contains(container.waitingReason) else { return nil }
                return Finding(
                    container.endingSeverity,
                    "The postStart hook of \(container.lowerTitle) failed: "
                        + "\(ClusterWords(container.waitingMessage).quoted).", reason: container.waitingReason
                ).withLog(of: container)
            }),
        start("ContainerCannotStart", then: "Correct what the message names, then retry.") {
            "cannot be started (\($0.quoted))"
        },
    ]

    private static let startSignal =
        "container waiting `CreateContainerConfigError`, `CreateContainerError`, `RunContainerError`, or terminated "
        + "`StartError`, and its message"

    /// A rule for a container that can't be started.
    ///
    /// - Parameters:
    ///   - code: the exit code by which a shell says the same.
    ///   - what: what the words say about the container; `nil` where they say something else.
    private static func start(
        _ name: String, code: Int? = nil, then nextStep: String, _ what: @escaping @Sendable (ClusterWords) -> String?
    ) -> DiagnosisRule {
        let signal = code.map { "\(startSignal); or exit code \($0)" } ?? startSignal
        return DiagnosisRule(
            name, reads: signal, then: nextStep,
            .container { container in
                if let words = container.startWords {
                    guard let what = what(words) else { return nil }
                    let reason = container.waitingReason.isEmpty ? nil : container.waitingReason
                    return Finding(
                        container.pod.final(after: container.pod.patience.startProblem), "\(container.title) \(what).",
                        reason: reason)
                }
                guard let code, let ending = container.ending, ending.code == code else { return nil }
                return container.ended(ending, ExitCode.meaning(code))
            })
    }
}

extension String {
    /// `orders` of `shop/orders`.
    fileprivate var lastPart: String { split(separator: "/").last.map(String.init) ?? self }
}
