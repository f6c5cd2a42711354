extension KubernetesClient {
    /// Asks the cluster for a namespace, whether it is there or not, to see whether the cluster answers from its storage.
    /// The question is asked also while the cluster is known to be unreachable, and once only.
    ///
    /// - Parameters:
    ///   - namespace: any namespace's name.
    ///   - timeout: how long to wait for an answer.
    public func probe(namespace: String, timeout: Duration) async throws -> ReachabilityJudgement.Answer {
        try await connection.probe(ResourceType.namespaces.path(name: namespace), timeout: timeout)
    }

    /// Whether the cluster answers, where somebody keeps an eye on that.
    public var reachability: ReachabilityGate? { connection.options.reachability }

    /// Waits for a time; where the cluster is unreachable, no longer than until it is back.
    ///
    /// - Throws: `CancellationError`.
    public func pause(for duration: Duration) async throws { try await connection.pause(for: duration) }
}
