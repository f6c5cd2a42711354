/// Bounds how many Helm processes run at once, in the order in which they were asked for.
///
/// Of several clusters none can take all places: processes that wait for one that does not answer must not hold up what
/// is done on the others.
public actor HelmConcurrency {
    private struct Waiter {
        var id: Int
        var cluster: HelmConnection
        var continuation: CheckedContinuation<Void, any Error>
    }

    private let limitOfOne: Int
    private var free: Int
    private var running: [HelmConnection: Int] = [:]
    private var waiting: [Waiter] = []
    private var nextID = 0

    /// Creates a bound.
    ///
    /// - Parameters:
    ///   - limit: the most processes; at least one.
    ///   - clusters: how many clusters share it. Of several each may have three quarters of the places, and there are as
    ///     many places as clusters at least.
    public init(limit: Int, clusters: Int = 1) {
        let places = max(1, limit, clusters)
        free = places
        limitOfOne = clusters > 1 ? max(1, places * 3 / 4) : places
    }

    /// Runs the operation when its turn comes.
    ///
    /// - Throws: `CancellationError` where the task was cancelled while it waited, and what the operation throws.
    nonisolated func withTurn<Value: Sendable>(
        on cluster: HelmConnection, _ operation: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await enter(cluster)
        do {
            let value = try await operation()
            await leave(cluster)
            return value
        } catch {
            await leave(cluster)
            throw error
        }
    }

    private func mayRun(_ cluster: HelmConnection) -> Bool { free > 0 && running[cluster, default: 0] < limitOfOne }

    private func take(_ cluster: HelmConnection) {
        free -= 1
        running[cluster, default: 0] += 1
    }

    private func enter(_ cluster: HelmConnection) async throws {
        try Task.checkCancellation()
        if mayRun(cluster) { return take(cluster) }
        nextID += 1
        let id = nextID
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    waiting.append(Waiter(id: id, cluster: cluster, continuation: continuation))
                }
            }
        } onCancel: {
            // The handler is synchronous; the actor can only be reached from a task of its own.
            Task { await self.abandon(id) }
        }
    }

    private func abandon(_ id: Int) {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: index).continuation.resume(throwing: CancellationError())
    }

    private func leave(_ cluster: HelmConnection) {
        free += 1
        running[cluster, default: 1] -= 1
        if running[cluster] == 0 { running[cluster] = nil }
        // The first whose cluster has a place left.
        guard let index = waiting.firstIndex(where: { mayRun($0.cluster) }) else { return }
        let next = waiting.remove(at: index)
        take(next.cluster)
        next.continuation.resume()
    }
}
