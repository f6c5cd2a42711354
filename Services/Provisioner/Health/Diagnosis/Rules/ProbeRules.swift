import Foundation
import KubernetesClient

extension DiagnosisRule {
    /// Containers that run and are not ready: what their probes get for an answer.
    static let probes: [DiagnosisRule] = [
        DiagnosisRule(
            "ProbePortUnknown", reads: "a probe's port is a name that no port of the container has",
            then: "Name the port in the container's ports, or correct the probe.",
            .container { container in
                guard container.isUnready, let (purpose, port) = container.unknownProbePort else { return nil }
                return Finding(
                    container.pod.final(after: container.pod.patience.startProblem),
                    "\(container.title) never gets ready: its \(purpose) probe asks port \"\(port)\", and no port of "
                        + "the container has that name.")
            }),
        answered(
            "PortNotListening", .refused,
            then: "Let the program listen on that port on all addresses, or correct the port in chart and probe."
        ) { "nothing listens on \($0.target ?? "its port")" },
        answered("ProbeTimesOut", .timedOut, then: "Look why the program answers so slowly, or raise timeoutSeconds.") {
            "no answer from \($0.target ?? "the program") in time"
        },
        answered(
            "ProbeAnswersError", .statusCode, then: "Look at its log, and at what the program does at the probe's path."
        ) { "the answer was HTTP status \($0.status ?? "other than 200 to 399")" },
        answered("ProbeFails", nil, then: "Look at its log and at what its probe runs.") { $0.text },
        DiagnosisRule(
            "NotReady", reads: "container running, not ready, and no Event says why",
            then: "Look at its log and at what its readiness probe asks.",
            .container { container in
                guard container.isUnready else { return nil }
                return container.unready("\(container.title) runs but \(container.pendingProbe) does not succeed.")
            }),
        DiagnosisRule(
            "ReadinessGateOpen", reads: "pod condition `Ready` false with reason `ReadinessGatesNotReady`",
            then: "Look at the controller that sets the condition; a preview may have to do without it.",
            .pod { pod in
                guard let ready = pod.condition("Ready"), ready.isFalse, ready.reason == "ReadinessGatesNotReady" else {
                    return nil
                }
                let since = ready.lastTransitionTime ?? pod.createdAt
                let isOverdue = pod.now.timeIntervalSince(since) > pod.patience.readiness
                return Finding(
                    isOverdue ? .passing : .starting,
                    "Pod \(pod.name) waits for its readiness gates: \(ClusterWords(ready.message).quoted).",
                    reason: ready.reason
                ).lasting(since: since)
            }),
    ]

    private static func answered(
        _ name: String, _ phrase: ClusterWords.Phrase?, then nextStep: String,
        _ what: @escaping @Sendable (ProbeAnswer) -> String
    ) -> DiagnosisRule {
        let signal = "container running, not ready; Event `Unhealthy` of the pod"
        return DiagnosisRule(
            name, reads: signal, then: nextStep,
            .container { container in
                guard container.isUnready, let since = container.runningSince,
                    // Times of Events are whole seconds.
                    let event = ["Startup", "Readiness"].lazy.compactMap({
                        container.probeFailure($0, since: since.addingTimeInterval(-1))
                    }).first
                else { return nil }
                if let phrase, !ClusterWords(event.message).say(phrase) { return nil }
                let answer = ProbeAnswer(event.message)
                return container.unready(
                    "\(container.title) is not ready: its \(answer.purpose) probe failed, \(what(answer)).")
            })
    }
}

extension ContainerEvidence {
    fileprivate var isUnready: Bool { isRunning && !isReady && (!isInit || isSidecar) }

    /// The probe that is waited for.
    fileprivate var pendingProbe: String {
        let isStarted = status["started"].bool ?? true
        return probe("startup") != nil && !isStarted ? "its startup probe" : "its readiness probe"
    }

    fileprivate func unready(_ sentence: String) -> Finding {
        let since = runningSince ?? pod.now
        let isOverdue = pod.now.timeIntervalSince(since) > pod.patience.readiness
        return Finding(isOverdue ? .passing : .starting, sentence).withLog(of: self).lasting(since: since)
    }

    fileprivate var unknownProbePort: (purpose: String, port: String)? {
        let named = (specification["ports"].array ?? []).compactMap { $0["name"].string }
        return ["startup", "readiness"].lazy.compactMap { purpose in
            let port = ["httpGet", "tcpSocket"].lazy.compactMap { probe(purpose)?[$0]["port"].string }.first
            guard let port, Int(port) == nil, !named.contains(port) else { return nil }
            return (purpose, port)
        }.first
    }
}

/// What a probe got for an answer, from the kubelet's Event.
struct ProbeAnswer {
    private let words: ClusterWords
    /// `startup`, `readiness` or `liveness`.
    let purpose: String

    init(_ message: String) {
        words = ClusterWords(message)
        purpose = message.prefix { $0 != " " }.lowercased()
    }

    var status: String? { words.word(after: "statuscode: ") }

    /// Where it asked, such as `10.1.2.3:8080`.
    var target: String? {
        words.word(after: "dial tcp ")?.trimmedColon ?? words.name(after: "://", upTo: "/")
    }

    /// The answer itself.
    var text: String {
        let quoted = words.quoted
        return quoted.range(of: "probe failed: ").map { String(quoted[$0.upperBound...]) } ?? quoted
    }
}

extension String {
    fileprivate var trimmedColon: String { hasSuffix(":") ? String(dropLast()) : self }
}
