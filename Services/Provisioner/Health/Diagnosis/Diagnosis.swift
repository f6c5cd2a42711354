import Foundation
import KubernetesClient

/// Concludes from what the cluster shows how a service is, by ``DiagnosisRule/all``. Pure: the same observation gives
/// the same verdict.
struct Diagnosis: Sendable {
    var patience = HealthPatience()

    /// The verdict on a service; `nil` where it has no workloads.
    func verdict(on observation: ServiceObservation, now: Date) -> HealthVerdict? {
        let workloads = observation.workloads.map(WorkloadState.init)
        guard !workloads.isEmpty else { return nil }
        let isRolledOut = workloads.allSatisfy(\.isRolledOut)
        let worst = problems(of: observation, isRolledOut: isRolledOut, now: now).worst
        if isRolledOut {
            // What has only just begun does not take the health of what is up.
            if let worst, worst.severity > .starting { return verdict(worst) }
            return .healthy(readyReplicas: workloads.map(\.ready).reduce(0, +), warning: warning(on: observation))
        }
        if let worst, worst.severity == .final { return .failed(worst.problem) }
        if let overdue = workloads.compactMap(\.deadlineExceeded).first { return .failed(overdue(worst?.problem)) }
        if let worst, worst.severity == .passing || workloads.contains(where: \.wasRolledOut) {
            return .unhealthy(worst.problem)
        }
        let ready = workloads.map(\.ready).reduce(0, +)
        let desired = workloads.map(\.desired).reduce(0, +)
        let progress = "\(ready) of \(desired) replicas are ready"
        guard let worst, let since = worst.since, now.timeIntervalSince(since) >= patience.settling else {
            return .deploying(progress)
        }
        return .deploying("\(progress). \(worst.problem.message)")
    }

    /// What is wrong with a pod by itself, such as a hook's.
    func problem(of pod: JSONValue, events: [ClusterEvent] = [], now: Date) -> RankedProblem? {
        problems(of: PodEvidence(pod: pod, events: events, claims: [], now: now, patience: patience)).worst
    }

    /// What is wrong with a Job, such as a hook.
    func problem(ofJob job: JSONValue, pods: [JSONValue], events: [ClusterEvent] = [], now: Date) -> RankedProblem? {
        let evidence = WorkloadEvidence(
            workload: job, events: events, pods: pods, leaving: [], now: now, patience: patience)
        return problems(of: evidence).worst
    }

    /// The problem, as the last lines of its container explain it.
    func explained(_ problem: HealthProblem, by lines: [String]) -> HealthProblem {
        let found = DiagnosisRule.all.lazy.compactMap { rule -> HealthProblem? in
            guard case .log(let find) = rule.look, let finding = find(lines) else { return nil }
            var explained = problem
            explained.rule = rule.name
            explained.message += " \(finding.sentence)"
            explained.nextStep = finding.nextStep ?? rule.nextStep
            return explained
        }
        return found.first ?? problem
    }

    private func warning(on observation: ServiceObservation) -> String? {
        let notices = first(about: .init(apiVersion: "", kind: "", name: "")) { rule in
            if case .notice(let find) = rule.look { find(observation) } else { nil }
        }
        return notices.first.map { "\($0.problem.message) \($0.problem.nextStep)" }
    }

    private func verdict(_ worst: RankedProblem) -> HealthVerdict {
        worst.severity == .final ? .failed(worst.problem) : .unhealthy(worst.problem)
    }

    // MARK: Asking the rules

    private func problems(of observation: ServiceObservation, isRolledOut: Bool, now: Date) -> [RankedProblem] {
        let generations = observation.workloads.compactMap {
            PodTemplates.template(of: $0)?["metadata"]["labels"]["understudy.dev/generation"].string
        }
        let current = observation.pods.filter { isCurrent($0, generations) }
        // What was lost stays as an object beside its successor, which speaks first, and alone once it is ready.
        let lost = isRolledOut ? [] : current.filter { $0["status"]["phase"].string == "Failed" }
        let pods = (current.filter { $0["status"]["phase"].string != "Failed" } + lost).map {
            PodEvidence(
                pod: $0, events: observation.events, claims: observation.claims, now: now, patience: patience)
        }
        let leaving = observation.pods.filter { $0["metadata"]["deletionTimestamp"] != nil }
        let workloads = observation.workloads.map { workload in
            WorkloadEvidence(
                workload: workload, events: observation.events, pods: current, leaving: leaving, now: now,
                patience: patience)
        }
        .filter { _ in !isRolledOut }
        let routing = first(about: .init(apiVersion: "v1", kind: "Service", name: "")) { rule in
            if case .routing(let find) = rule.look { find(observation) } else { nil }
        }
        return pods.flatMap(problems) + workloads.flatMap(problems) + routing
    }

    private func problems(of pod: PodEvidence) -> [RankedProblem] {
        let own = first(about: pod.object) { rule in
            if case .pod(let find) = rule.look { find(pod) } else { nil }
        }
        return own
            + pod.containers.flatMap { container in
                first(about: pod.object) { rule in
                    if case .container(let find) = rule.look { find(container) } else { nil }
                }
            }
    }

    private func problems(of workload: WorkloadEvidence) -> [RankedProblem] {
        first(about: workload.object) { rule in
            if case .workload(let find) = rule.look { find(workload) } else { nil }
        }
    }

    /// What the first rule of each group says that has something to say.
    private func first(
        about object: HealthProblem.Object, _ find: (DiagnosisRule) -> Finding?
    ) -> [RankedProblem] {
        DiagnosisRule.groups.compactMap { group in
            for rule in group {
                if let finding = find(rule) { return RankedProblem(finding, by: rule, about: object) }
            }
            return nil
        }
    }

    /// Whether a pod belongs to what was asked for last, rather than to what it replaces.
    private func isCurrent(_ pod: JSONValue, _ generations: [String]) -> Bool {
        guard pod["metadata"]["deletionTimestamp"] == nil else { return false }
        // A hook's or CronJob's pods come and go beside the service.
        guard !KubernetesObject(pod).ownerReferences.contains(where: { $0.kind == "Job" }) else { return false }
        guard !generations.isEmpty, let own = pod["metadata"]["labels"]["understudy.dev/generation"].string else {
            return true
        }
        return generations.contains(own)
    }
}
