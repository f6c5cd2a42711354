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

/// Looks after a preview's hooks while Helm waits for them.
struct HookWatch: Sendable {
    let access: ClusterAccess
    let patience: HealthPatience
    /// How long after the end of its hooks Helm may take at least to go on.
    let silence: Duration

    /// Runs the installation; ends it, and throws ``HookStuck``, as soon as a hook's pod can't start for good. A pod that
    /// ends with an error is the Job's own business: it has another attempt or fails.
    ///
    /// Ends it as well, and throws `HelmFailure`, where hooks have ended and Helm does not hear of it, or the preview goes.
    func failingEarly(
        _ hooks: [JSONValue], of service: String, in namespace: String,
        _ installation: @escaping @Sendable () async throws -> Void
    ) async throws {
        guard hooks.contains(where: { PodTemplates.areMade(by: $0["kind"].string ?? "") }) else {
            return try await installation()
        }
        let begin = Date()
        let watch = HelmHookWatch(
            objects: hooks, in: namespace, client: access.client,
            labels: [PreviewLabels.service: DNSLabel.shortened(service)], silence: silence)
        try await watch.follow(
            inspect: { look, pods in
                // The rest is asked for now and then only: most hooks are over before.
                let isThorough = look % 4 == 3
                if isThorough { try await throwIfGone(namespace) }
                let events = isThorough ? try await warnings(in: namespace) : []
                try throwIfStuck(hooks, pods, events, since: begin)
            }, installation)
    }

    private func warnings(in namespace: String) async throws -> [ClusterEvent] {
        try await access.client.list(.events, namespace: namespace, fields: "type=Warning").items
            .compactMap(ClusterEvent.init)
    }

    /// Throws where the preview is being taken down: what Helm waits for may be gone already.
    private func throwIfGone(_ namespace: String) async throws {
        let found = try await access.client.get(.namespaces, name: namespace)
        guard let found, !found.isBeingDeleted else {
            throw HelmFailure(kind: .unreachable, command: "upgrade", message: "the preview's namespace is gone")
        }
    }

    private func throwIfStuck(
        _ hooks: [JSONValue], _ pods: [KubernetesObject], _ events: [ClusterEvent], since begin: Date
    ) throws {
        var patience = patience
        patience.restarts = .max
        let diagnosis = Diagnosis(patience: patience)
        for var hook in hooks {
            let name = hook["metadata"]["name"].string
            let own = pods.filter { pod in pod.name == name || pod.ownerReferences.contains { $0.name == name } }
                .map(\.value)
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
