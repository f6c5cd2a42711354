import Foundation
import KubernetesClient

extension DiagnosisRule {
    /// Containers that end, though a service has to go on.
    static let endings: [DiagnosisRule] = [
        ending("OutOfMemory", reads: "container terminated `OOMKilled`", then: "Raise the memory limit of the service.")
        {
            container, ending in
            guard ending.reason == "OOMKilled" else { return nil }
            let limit = container.specification["resources"]["limits"]["memory"].string.map { " of \($0)" } ?? ""
            return Finding(
                container.endingSeverity,
                "\(container.title) used more memory than its limit\(limit) allows and was ended"
                    + "\(container.timesRestarted).", reason: "OOMKilled"
            ).withLog(of: container)
        },
        killed(by: "Startup", "StartupProbeKills", then: "Give the startup probe more time, or mend what it asks."),
        killed(by: "Liveness", "LivenessProbeKills", then: "Mend what the liveness probe asks, or give it more time."),
        ending(
            "ContainerLost", reads: "container terminated `ContainerStatusUnknown`",
            then: "Wait: it is started again; look at the node if it stays."
        ) { container, ending in
            guard ending.reason == "ContainerStatusUnknown" else { return nil }
            return Finding(
                .passing, "The node lost \(container.lowerTitle) and cannot say how it ended.", reason: ending.reason)
        },
        ending(
            "ContainerCompleted", reads: "container terminated with exit code 0, again and again",
            then:
                "Deploy a version whose program stays in the foreground; one that has work to finish belongs into a Job."
        ) { container, ending in
            guard ending.code == 0 else { return nil }
            return container.ended(ending, "as if its work were done, though a service has to keep running")
        },
        signal("SegmentationFault", 139, then: "Look at its log; the program or one of its libraries is broken."),
        signal("ContainerAborted", 134, then: "Look at its log: the program gave up on an internal error."),
        signal(
            "ContainerKilled", 137,
            then: "Look at its log and at the node's memory; it may need a higher memory limit or request."),
        signal("ContainerTerminated", 143, then: "Find out who ended it: a probe, the program itself, or the node."),
        ending(
            "CrashLoop", reads: "container terminated with any other exit code; waiting `CrashLoopBackOff`",
            then: "Look at its log; deploy a version that keeps running."
        ) { container, ending in container.ended(ending, ExitCode.meaning(ending.code)) },
    ]

    private static func ending(
        _ name: String, reads signal: String, then nextStep: String,
        _ find: @escaping @Sendable (ContainerEvidence, Ending) -> Finding?
    ) -> DiagnosisRule {
        DiagnosisRule(
            name, reads: signal, then: nextStep,
            .container { container in
                // What was said about the start says it better.
                guard container.startWords == nil, let ending = container.ending else { return nil }
                return find(container, ending)
            })
    }

    private static func signal(_ name: String, _ code: Int, then nextStep: String) -> DiagnosisRule {
        ending(name, reads: "container terminated with exit code \(code)", then: nextStep) { container, ending in
            guard ending.code == code else { return nil }
            return container.ended(ending, ExitCode.meaning(code))
        }
    }

    private static func killed(by purpose: String, _ name: String, then nextStep: String) -> DiagnosisRule {
        ending(
            name, reads: "container restarted; Event `Unhealthy` \"\(purpose) probe failed\" of the pod",
            then: nextStep
        ) { container, ending in
            guard container.probe(purpose.lowercased()) != nil,
                let event = container.probeFailure(purpose, since: ending.startedAt)
            else { return nil }
            return Finding(
                container.endingSeverity,
                "\(container.title) was ended by its \(purpose.lowercased()) probe"
                    + "\(container.timesRestarted): \(ProbeAnswer(event.message).text).",
                reason: container.waitingReason == "CrashLoopBackOff" ? container.waitingReason : nil
            ).withLog(of: container)
        }
    }
}

extension ContainerEvidence {
    /// How often it was restarted, to be put at a sentence's end.
    var timesRestarted: String {
        switch restarts {
        case 0: ""
        case 1: ", and was restarted once"
        default: ", and was restarted \(restarts) times"
        }
    }

    /// That it ended, with what its exit code means.
    func ended(_ ending: Ending, _ meaning: String?) -> Finding {
        let how = ending.signal.map { "was ended by signal \($0)" } ?? "ended with exit code \(ending.code)"
        return Finding(
            endingSeverity, "\(title) \(how)\(meaning.map { " (\($0))" } ?? "")\(timesRestarted).",
            reason: restarts > 0 ? "CrashLoopBackOff" : "ContainerExited"
        ).withLog(of: self)
    }
}

/// What exit codes mean by convention.
enum ExitCode {
    static func meaning(_ code: Int) -> String? {
        switch code {
        case 1: "the program's own error"
        case 2: "wrong arguments, or a panic of a Go program"
        case 126: "its command may not be executed"
        case 127: "its command was not found"
        case 134: "aborted on an internal error"
        case 137: "killed by SIGKILL"
        case 139: "segmentation fault"
        case 143: "ended on request by SIGTERM"
        case 255: "an error without a code of its own"
        default: nil
        }
    }
}
