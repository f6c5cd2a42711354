import Foundation
import KubernetesClient
import PreviewDomain

/// A hook whose pods can't start: Helm would wait for it until its time is over.
struct HookStuck: ClassifiedFailure {
    /// The hook.
    var hook: JSONValue
    var problem: HealthProblem

    var failureClass: FailureClass { .permanent }
}

/// Looks after hooks while Helm waits for them.
struct HookWatch: Sendable {
    let access: ClusterAccess
    let patience: HealthPatience

    /// Helm's own wait is no faster.
    private static let interval: Duration = .seconds(1)

    /// Runs the installation; ends it, and throws ``HookStuck``, as soon as a hook's pod can't start for good. A pod that
    /// ends with an error is the Job's own business: it has another attempt or fails.
    func failingEarly(
        _ hooks: [JSONValue], of service: String, in namespace: String,
        _ installation: @escaping @Sendable () async throws -> Void
    ) async throws {
        guard hooks.contains(where: { PodTemplates.areMade(by: $0["kind"].string ?? "") }) else {
            return try await installation()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await installation() }
            group.addTask {
                let begin = Date()
                for look in 1... {
                    try await Task.sleep(for: Self.interval)
                    // Events are asked for now and then only: most hooks are over before.
                    try await throwIfStuck(hooks, service, namespace, since: begin, readsEvents: look % 4 == 3)
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func throwIfStuck(
        _ hooks: [JSONValue], _ service: String, _ namespace: String, since begin: Date, readsEvents: Bool
    ) async throws {
        var patience = patience
        patience.restarts = .max
        let diagnosis = Diagnosis(patience: patience)
        let labels: LabelSelector = [PreviewLabels.service: DNSLabel.shortened(service)]
        let pods: [KubernetesObject]
        var events: [ClusterEvent] = []
        do {
            pods = try await access.client.list(.pods, namespace: namespace, labels: labels).items
            if readsEvents {
                events = try await access.client.list(.events, namespace: namespace, fields: "type=Warning").items
                    .compactMap(ClusterEvent.init)
            }
        } catch is KubernetesError {
            // Helm notices by itself when the cluster is away.
            return
        }
        for var hook in hooks {
            let name = hook["metadata"]["name"].string ?? ""
            let own = pods.filter { $0.name == name || $0.ownerReferences.contains { $0.name == name } }.map(\.value)
            for pod in own {
                guard let found = diagnosis.problem(of: pod, events: events, now: Date()), found.severity == .final
                else {
                    continue
                }
                throw HookStuck(hook: hook, problem: found.problem)
            }
            // The manifest does not say when it was made; a Job that no pod can be made for is one that never ends.
            hook["metadata"]["creationTimestamp"] = .string(Timestamp.format(begin))
            if let found = diagnosis.problem(ofJob: hook, pods: own, events: events, now: Date()),
                found.severity == .final
            {
                throw HookStuck(hook: hook, problem: found.problem)
            }
        }
    }
}
