import Foundation
import KubernetesClient
import PreviewDomain
import ServiceRuntime

/// One look at a service's health, and what is to be published about it.
struct HealthReport: Sendable {
    let access: ClusterAccess
    let facts: FactPublisher
    let diagnosis: Diagnosis
    let settings: DeploymentSettings

    func advance(
        _ key: ServiceKey, observation: ServiceObservation, state: ReportState, resync: Duration
    ) async throws -> Revisit {
        let now = Date()
        guard let verdict = diagnosis.verdict(on: observation, now: now),
            let preview = preview(of: observation, key)
        else {
            if let last = state[key], try await isAlive(last.preview) {
                try await facts.publish([deleted(key, last, now)])
            }
            state.forget(key)
            return .whenAsked
        }
        let last = state[key]
        let isNew = last.map { $0.verdict != verdict || $0.preview.generation != preview.generation } ?? true
        if isNew || last.map({ .now - $0.at >= resync * 0.9 }) ?? true {
            // What is taken down on purpose is not unhealthy.
            if isWorse(verdict, than: last?.verdict), try await !isAlive(preview) {
                state.forget(key)
                return .whenAsked
            }
            try await facts.publish([try await fact(verdict, preview, key, now)])
            state[key] = .init(
                verdict: verdict, preview: preview, workloads: objects(observation), at: .now)
        }
        // Patience runs out without any change on the cluster.
        if case .healthy = verdict { return .after(resync) }
        return .after(min(resync, .seconds(1)))
    }

    /// Whether a verdict may come from the service's removal.
    private func isWorse(_ verdict: HealthVerdict, than last: HealthVerdict?) -> Bool {
        switch (verdict, last) {
        case (.healthy, _), (.deploying, nil), (.deploying, .deploying): false
        default: true
        }
    }

    /// Whether the preview goes on, so that what vanished from it is missed. Cleanups leave their tombstone before anything
    /// goes, in whatever service's share of them.
    private func isAlive(_ preview: PreviewReference) async throws -> Bool {
        async let tombstone = access.tombstone(of: preview.id)
        async let namespace = access.client.get(.namespaces, name: preview.namespace)
        guard try await namespace.map({ !$0.isBeingDeleted }) ?? false else { return false }
        return try await tombstone.map { $0.preview.generation < preview.generation } ?? true
    }

    /// Somebody removed the service's workloads behind the preview's back.
    private func deleted(_ key: ServiceKey, _ last: ReportState.Last, _ now: Date) -> ServiceUnhealthy {
        let object = last.workloads.first ?? .init(apiVersion: "apps/v1", kind: "Deployment", name: key.service)
        let names = last.workloads.map { "\($0.kind) \($0.name)" }.joined(separator: ", ")
        return ServiceUnhealthy(
            preview: last.preview, service: key.service, observedAt: now,
            failure: Failure(
                reason: "WorkloadDeleted", message: "Service \(key.service): somebody deleted its \(names).",
                object: reference(object, key),
                nextStep: "Change one of the service's settings to have it deployed anew, or tear the preview down."))
    }

    private func objects(_ observation: ServiceObservation) -> [HealthProblem.Object] {
        observation.workloads.map {
            .init(
                apiVersion: $0["apiVersion"].string ?? "apps/v1", kind: $0["kind"].string ?? "Deployment",
                name: $0["metadata"]["name"].string ?? "")
        }.sorted { ($0.kind, $0.name) < ($1.kind, $1.name) }
    }

    private func reference(_ object: HealthProblem.Object, _ key: ServiceKey) -> ObjectReference {
        ObjectReference(
            cluster: key.cluster, apiVersion: object.apiVersion, kind: object.kind, namespace: key.namespace,
            name: object.name)
    }

    /// The preview that the service belongs to, at the generation that its newest workload was made for.
    private func preview(of observation: ServiceObservation, _ key: ServiceKey) -> PreviewReference? {
        observation.workloads.compactMap { workload in
            // Helm puts its own name over ours on what it installs.
            var labels = workload["metadata"]["labels"].strings ?? [:]
            labels[PreviewLabels.managedBy] = PreviewLabels.managedByValue
            return PreviewLabels.reference(from: labels, cluster: key.cluster, namespace: key.namespace)
        }.max { $0.generation < $1.generation }
    }

    private func fact(
        _ verdict: HealthVerdict, _ preview: PreviewReference, _ key: ServiceKey, _ now: Date
    ) async throws -> any MessagePayload {
        switch verdict {
        case .deploying(let message):
            let text = try await redacted(message, key)
            return ServiceDeploying(preview: preview, service: key.service, observedAt: now, message: text)
        case .healthy(let ready, var warning):
            if let text = warning { warning = try await redacted(text, key) }
            return ServiceHealthy(
                preview: preview, service: key.service, observedAt: now, readyReplicas: ready, warning: warning)
        case .unhealthy(let problem):
            let failure = try await failure(problem, key)
            return ServiceUnhealthy(preview: preview, service: key.service, observedAt: now, failure: failure)
        case .failed(let problem):
            let failure = try await failure(problem, key)
            return ServiceFailed(preview: preview, service: key.service, observedAt: now, failure: failure)
        }
    }

    private func redacted(_ text: String, _ key: ServiceKey) async throws -> String {
        try await access.cluster.redactor(for: key.namespace).redacted(text)
    }

    private func failure(_ problem: HealthProblem, _ key: ServiceKey) async throws -> Failure {
        let redactor = try await access.cluster.redactor(for: key.namespace)
        var problem = problem
        var lines: [String] = []
        do {
            if let container = problem.container {
                lines = try await lastLines(of: problem.object.name, container, key, redactor)
                problem = diagnosis.explained(problem, by: lines)
            }
        } catch let error as KubernetesError {
            // That it failed is worth more than how; the pod may be gone already.
            problem.message += " Its log cannot be read (\(error.status?.reason ?? "no answer"))."
        }
        return Failure(
            reason: problem.reason, message: redactor.redacted("Service \(key.service): \(problem.message)"),
            object: reference(problem.object, key), nextStep: redactor.redacted(problem.nextStep), logLines: lines)
    }

    /// What the container wrote before it ended, or writes now.
    private func lastLines(
        of pod: String, _ container: String, _ key: ServiceKey, _ redactor: Redactor
    ) async throws -> [String] {
        for previous in [false, true] {
            let text = try await access.log(
                of: pod, container, in: key.namespace, lines: settings.logLines, previous: previous)
            let lines = redactor.lastLines(text, settings.logLines)
            if !lines.isEmpty { return lines }
        }
        return []
    }
}
