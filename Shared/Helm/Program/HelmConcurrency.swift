/// Bounds how many Helm processes run at once, in the order in which they were asked for.
public actor HelmConcurrency {
    private var free: Int
    private var waiting: [(id: Int, continuation: CheckedContinuation<Void, any Error>)] = []
    private var nextID = 0

    /// Creates a bound.
    ///
    /// - Parameter limit: the most processes; at least one.
    public init(limit: Int) { free = max(1, limit) }

    /// Runs the operation when its turn comes.
    ///
    /// - Throws: `CancellationError` where the task was cancelled while it waited, and what the operation throws.
    nonisolated func withTurn<Value: Sendable>(_ operation: @Sendable () async throws -> Value) async throws -> Value {
        try await enter()
        do {
            let value = try await operation()
            await leave()
            return value
        } catch {
            await leave()
            throw error
        }
    }

    private func enter() async throws {
        try Task.checkCancellation()
        if free > 0 {
            free -= 1
            return
        }
        nextID += 1
        let id = nextID
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    waiting.append((id, continuation))
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

    private func leave() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().continuation.resume()
        }
    }
}
