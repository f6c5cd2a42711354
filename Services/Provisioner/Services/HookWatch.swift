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
                while true {
                    try await Task.sleep(for: Self.interval)
                    try await throwIfStuck(hooks, service, namespace)
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func throwIfStuck(_ hooks: [JSONValue], _ service: String, _ namespace: String) async throws {
        var patience = patience
        patience.restarts = .max
        let diagnosis = PodDiagnosis(patience: patience)
        let labels: LabelSelector = [PreviewLabels.service: DNSLabel.shortened(service)]
        let pods: [KubernetesObject]
        do {
            pods = try await access.client.list(.pods, namespace: namespace, labels: labels).items
        } catch is KubernetesError {
            // Helm notices by itself when the cluster is away.
            return
        }
        for pod in pods {
            let makers = pod.ownerReferences.map(\.name) + [pod.name]
            guard let hook = hooks.first(where: { makers.contains($0["metadata"]["name"].string ?? "") }),
                let found = diagnosis.problem(of: pod.value, now: Date()), found.severity == .final
            else { continue }
            throw HookStuck(hook: hook, problem: found.problem)
        }
    }
}
