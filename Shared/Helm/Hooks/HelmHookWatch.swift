import Foundation
public import KubernetesClient

/// Looks after a release's hooks while Helm waits for them.
///
/// The watch by which Helm waits may fall silent without ending, and Helm asks nobody until the hook's time is over.
public struct HelmHookWatch: Sendable {
    /// What Helm does.
    public enum Operation: String, Sendable {
        case upgrade, rollback

        /// The hooks that run with it; an upgrade may be the first installation.
        var events: Set<String> {
            switch self {
            case .upgrade: ["pre-install", "post-install", "pre-upgrade", "post-upgrade"]
            case .rollback: ["pre-rollback", "post-rollback"]
            }
        }
    }

    private let operation: Operation
    private let hooks: [JSONValue]
    private let namespace: String
    private let client: KubernetesClient
    private let labels: LabelSelector?
    private let silence: Duration

    /// How often the hooks are looked at. Helm's own wait is no faster.
    private static let interval: Duration = .seconds(1)

    /// Creates a watch; nothing is asked yet.
    ///
    /// - Parameters:
    ///   - operation: what Helm does.
    ///   - objects: what is installed, as it was rendered; the hooks among it count that run with the operation.
    ///   - namespace: where it is installed.
    ///   - client: the cluster.
    ///   - labels: what the hooks' Jobs and pods carry; `nil` where they have nothing of their own in common.
    ///   - silence: how long after the end of its hooks Helm may take at least to go on.
    public init(
        _ operation: Operation = .upgrade, objects: [JSONValue], in namespace: String, client: KubernetesClient,
        labels: LabelSelector? = nil, silence: Duration
    ) {
        self.operation = operation
        hooks = objects.filter { object in
            let events = object["metadata"]["annotations"]["helm.sh/hook"].string ?? ""
            return events.split(separator: ",").contains { event in
                operation.events.contains(String(event.filter { !$0.isWhitespace }))
            }
        }
        self.namespace = namespace
        self.client = client
        self.labels = labels
        self.silence = silence
    }

    /// Runs the installation; ends it, and throws, where hooks have ended and Helm does not hear of it.
    ///
    /// - Parameters:
    ///   - inspect: takes a look of its own each second, at the pods of the hooks; what it throws ends the installation
    ///     as well, but for `KubernetesError`: Helm notices by itself when the cluster is away. The looks count from 1.
    ///   - installation: runs Helm.
    /// - Throws: ``HelmFailure`` of the kind `hook` where a hook failed, and `unreachable` where the installation is to be
    ///   tried again; what the installation and `inspect` throw.
    public func follow(
        inspect: @escaping @Sendable (_ look: Int, _ pods: [KubernetesObject]) async throws -> Void = { _, _ in },
        _ installation: @escaping @Sendable () async throws -> Void
    ) async throws {
        guard !hooks.isEmpty else { return try await installation() }
        let ends = HelmHookEnds(earlier: try await pods(), silence: silence)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await installation() }
            group.addTask { [ends] in
                var ends = ends
                for look in 1... {
                    try await Task.sleep(for: Self.interval)
                    do {
                        let pods = try await pods()
                        try await inspect(look, pods)
                        if ends.areOverdue(pods, at: .now) { try await throwIfUnheard(pods) }
                    } catch is KubernetesError {}
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// The pods that are hooks, or made by one.
    private func pods() async throws -> [KubernetesObject] {
        if let labels {
            return try await client.list(.pods, namespace: namespace, labels: labels).items.filter(isHooks)
        }
        var found: [KubernetesObject] = []
        let jobs = names(of: "Job")
        if !jobs.isEmpty {
            let ofJobs = LabelSelector(stringLiteral: "job-name in (\(jobs.joined(separator: ",")))")
            found = try await client.list(.pods, namespace: namespace, labels: ofJobs).items.filter(isHooks)
        }
        for name in names(of: "Pod") {
            if let pod = try await client.get(.pods, name: name, namespace: namespace) { found.append(pod) }
        }
        return found
    }

    private func names(of kind: String) -> [String] {
        hooks.filter { $0["kind"].string == kind }.compactMap { $0["metadata"]["name"].string }
    }

    private func isHooks(_ pod: KubernetesObject) -> Bool {
        hooks.contains { hook in
            let name = hook["metadata"]["name"].string
            return pod.name == name || pod.ownerReferences.contains { $0.name == name }
        }
    }

    /// Throws where every hook has ended.
    private func throwIfUnheard(_ pods: [KubernetesObject]) async throws {
        let names = Set(names(of: "Job"))
        let jobs = try await client.list(.jobs, namespace: namespace, labels: labels).items
            .filter { names.contains($0.name) }.map { (made: $0.creationTimestamp, end: HelmHookEnd(job: $0)) }
        let single = pods.filter(\.ownerReferences.isEmpty)
            .map { (made: $0.creationTimestamp, end: HelmHookEnd(pod: $0)) }
        let ends = jobs + single
        // Where nothing is left of hooks, Helm itself has removed them.
        guard let last = ends.max(by: { ($0.made ?? .distantPast) < ($1.made ?? .distantPast) })?.end,
            ends.allSatisfy(\.end.hasEnded)
        else { return }
        guard !last.hasFailed else {
            throw HelmFailure(kind: .hook, command: operation.rawValue, message: "the hook \(last.name) failed")
        }
        throw HelmFailure(
            kind: .unreachable, command: operation.rawValue,
            message: "the hook \(last.name) has ended, and Helm does not hear of it")
    }
}
