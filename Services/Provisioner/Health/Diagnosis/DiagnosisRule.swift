import Foundation
import KubernetesClient

/// One thing that can be wrong with a service: how it is recognized, and what to do about it.
struct DiagnosisRule: Sendable {
    /// In UpperCamelCase; a failure's reason where Kubernetes has no word of its own.
    let name: String
    /// What the rule reads, for the documentation.
    let signal: String
    /// What to do, unless the finding knows better.
    let nextStep: String
    let look: Look

    /// What a rule is asked about.
    enum Look: Sendable {
        case container(@Sendable (ContainerEvidence) -> Finding?)
        case pod(@Sendable (PodEvidence) -> Finding?)
        case workload(@Sendable (WorkloadEvidence) -> Finding?)
        /// Also where every replica is ready.
        case routing(@Sendable (ServiceObservation) -> Finding?)
        /// What does not take a service's health; said where it has no other problem.
        case notice(@Sendable (ServiceObservation) -> Finding?)
        /// The last lines of a container that something else is wrong with.
        case log(@Sendable ([String]) -> Finding?)
    }

    init(_ name: String, reads signal: String, then nextStep: String, _ look: Look) {
        self.name = name
        self.signal = signal
        self.nextStep = nextStep
        self.look = look
    }

    /// All rules, in groups. In a group the first that applies to an object speaks; of several groups the worst, and
    /// among equals the first.
    static let groups: [[DiagnosisRule]] = [
        lostPods, images, starts, endings, placements, admissions, volumes, networks, probes, waits, jobs, ports,
        notices, logs,
    ]

    /// All rules.
    static let all: [DiagnosisRule] = groups.flatMap { $0 }

    /// The rule that speaks where a rollout's time is over and nothing else is known.
    static let overdue = "ProgressDeadlineExceeded"
}

/// What a rule found.
struct Finding: Sendable, Equatable {
    var severity: ProblemSeverity
    /// What is wrong, as one sentence.
    var sentence: String
    /// Kubernetes' own word for it.
    var reason: String?
    /// Instead of the rule's.
    var nextStep: String?
    /// What it happened to, where that is not what was looked at.
    var object: HealthProblem.Object?
    /// The container whose log says more.
    var container: String?
    /// Since when; what has only just begun is not worth a word.
    var since: Date?

    init(_ severity: ProblemSeverity, _ sentence: String, reason: String? = nil, nextStep: String? = nil) {
        self.severity = severity
        self.sentence = sentence
        self.reason = reason
        self.nextStep = nextStep
    }

    /// The same, with the container's last log lines.
    func withLog(of container: ContainerEvidence) -> Finding {
        var finding = self
        finding.container = container.name
        return finding
    }

    /// The same, since a time.
    func lasting(since: Date?) -> Finding {
        var finding = self
        finding.since = since
        return finding
    }
}

/// A problem with its severity.
struct RankedProblem: Sendable, Equatable {
    var severity: ProblemSeverity
    var problem: HealthProblem
    var since: Date?

    init(_ finding: Finding, by rule: DiagnosisRule, about object: HealthProblem.Object) {
        severity = finding.severity
        since = finding.since
        problem = HealthProblem(
            rule: rule.name, reason: finding.reason ?? rule.name, message: finding.sentence,
            nextStep: finding.nextStep ?? rule.nextStep, object: finding.object ?? object,
            container: finding.container)
    }
}

extension [RankedProblem] {
    /// The worst; among equals the first.
    var worst: RankedProblem? {
        reduce(nil) { worst, next in worst.map { $0.severity >= next.severity ? $0 : next } ?? next }
    }
}
