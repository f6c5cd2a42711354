import PreviewDomain

extension Cluster {
    /// Waits for a time in which the cluster could be reached: time in which it was away does not count.
    ///
    /// - Throws: `CancellationError`.
    public func patience(for duration: Duration) async throws {
        var left = duration
        while left > .zero {
            let step = min(left, .seconds(1))
            try await Task.sleep(for: step)
            if !reachability.isUnreachable { left -= step }
        }
    }
}
