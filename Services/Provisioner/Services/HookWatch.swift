import Foundation
import Helm
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
    /// How long after the end of its hooks Helm may take at least to go on.
    let silence: Duration

    /// Helm's own wait is no faster.
    private static let interval: Duration = .seconds(1)

    /// Runs the installation; ends it, and throws ``HookStuck``, as soon as a hook's pod can't start for good. A pod that
    /// ends with an error is the Job's own business: it has another attempt or fails.
    ///
    /// Ends it as well, and throws `HelmFailure`, where hooks have ended and Helm does not hear of it: the watch by which it
    /// waits may fall silent without ending, and Helm asks nobody until the hook's time is over.
    func failingEarly(
        _ hooks: [JSONValue], of service: String, in namespace: String,
        _ installation: @escaping @Sendable () async throws -> Void
    ) async throws {
        guard hooks.contains(where: { PodTemplates.areMade(by: $0["kind"].string ?? "") }) else {
            return try await installation()
        }
        let ends = HookEnds(earlier: try await pods(of: hooks, service, namespace), silence: silence)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await installation() }
            group.addTask { [ends] in
                var ends = ends
                let begin = Date()
                for look in 1... {
                    try await Task.sleep(for: Self.interval)
                    // Helm notices by itself when the cluster is away.
                    do {
                        let pods = try await pods(of: hooks, service, namespace)
                        // The rest is asked for now and then only: most hooks are over before.
                        let isThorough = look % 4 == 3
                        if isThorough { try await throwIfGone(namespace) }
                        let events = isThorough ? try await warnings(in: namespace) : []
                        try throwIfStuck(hooks, pods, events, since: begin)
                        if ends.areOverdue(pods, at: .now) { try await throwIfUnheard(hooks, pods, service, namespace) }
                    } catch is KubernetesError {}
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func pods(of hooks: [JSONValue], _ service: String, _ namespace: String) async throws -> [KubernetesObject]
    {
        try await access.client.list(.pods, namespace: namespace, labels: labels(service)).items.filter { pod in
            hooks.contains { pod.isHook($0) }
        }
    }

    private func warnings(in namespace: String) async throws -> [ClusterEvent] {
        try await access.client.list(.events, namespace: namespace, fields: "type=Warning").items
            .compactMap(ClusterEvent.init)
    }

    private func labels(_ service: String) -> LabelSelector {
        [PreviewLabels.service: DNSLabel.shortened(service)]
    }

    /// Throws where the preview is being taken down: what Helm waits for may be gone already.
    private func throwIfGone(_ namespace: String) async throws {
        let found = try await access.client.get(.namespaces, name: namespace)
        guard let found, !found.isBeingDeleted else {
            throw HelmFailure(kind: .unreachable, command: "upgrade", message: "the preview's namespace is gone")
        }
    }

    /// Throws where every hook has ended.
    private func throwIfUnheard(
        _ hooks: [JSONValue], _ pods: [KubernetesObject], _ service: String, _ namespace: String
    ) async throws {
        let names = hooks.compactMap { $0["metadata"]["name"].string }
        let jobs = try await access.client.list(.jobs, namespace: namespace, labels: labels(service)).items
            .filter { names.contains($0.name) }.map { $0.typed(.jobs) }
        let ends = (jobs + pods.filter { $0.ownerReferences.isEmpty })
            .sorted { ($0.creationTimestamp ?? .distantPast) < ($1.creationTimestamp ?? .distantPast) }
            .map(HookEnd.init)
        // Where nothing is left of hooks, Helm itself has removed them.
        guard let last = ends.last, ends.allSatisfy(\.hasEnded) else { return }
        guard !last.hasFailed else {
            throw HelmFailure(kind: .hook, command: "upgrade", message: "the hook \(last.name) failed")
        }
        throw HelmFailure(
            kind: .unreachable, command: "upgrade",
            message: "the hook \(last.name) has ended, and Helm does not hear of it")
    }

    private func throwIfStuck(
        _ hooks: [JSONValue], _ pods: [KubernetesObject], _ events: [ClusterEvent], since begin: Date
    ) throws {
        var patience = patience
        patience.restarts = .max
        let diagnosis = Diagnosis(patience: patience)
        for var hook in hooks {
            let own = pods.filter { [hook] in $0.isHook(hook) }.map(\.value)
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

extension KubernetesObject {
    /// Whether a pod is a hook, or made by one.
    fileprivate func isHook(_ hook: JSONValue) -> Bool {
        let name = hook["metadata"]["name"].string
        return self.name == name || ownerReferences.contains { $0.name == name }
    }
}
