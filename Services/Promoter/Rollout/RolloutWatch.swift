import Foundation
import KubernetesClient
import PreviewDomain
import ServiceRuntime

/// Follows the rollout of an application in production until its outcome is known.
struct RolloutWatch: Sendable {
    let cluster: Cluster
    let application: ApplicationReference
    let version: String

    /// Waits until the rollout is complete.
    ///
    /// - Parameter deadline: how long from now.
    /// - Returns: `nil` when it is complete, or why it failed.
    func outcome(within deadline: Duration) async throws -> Failure? {
        try await withThrowingTaskGroup(of: RolloutVerdict?.self) { group in
            group.addTask { try await verdict() }
            group.addTask {
                try await cluster.patience(for: deadline)
                return nil
            }
            defer { group.cancelAll() }
            switch try await group.next() ?? nil {
            case .complete: return nil
            case .failed(var failure, let pod):
                if let pod { failure.logLines = await lastLines(of: pod) }
                return try await failure.redacted(for: application, on: cluster)
            case .progressing, nil:
                return Failure(
                    reason: "RolloutNotFinished",
                    message: "The rollout of \(application) \(version) was not finished in \(deadline).",
                    nextStep: "Look at the pods in namespace \(application.namespace).")
            }
        }
    }

    private func verdict() async throws -> RolloutVerdict {
        let changes = merged(
            cluster.client.watch(.deployments, namespace: application.namespace),
            cluster.client.watch(.pods, namespace: application.namespace))
        for try await _ in changes {
            let verdict = try await look()
            if verdict != .progressing { return verdict }
        }
        throw CancellationError()
    }

    private func look() async throws -> RolloutVerdict {
        guard let found = try await ProductionApplication.find(application, on: cluster) else { return .progressing }
        let pods = try await cluster.client.list(.pods, namespace: application.namespace).items
        return RolloutVerdict(deployments: found.deployments, pods: pods, version: version, cluster: cluster.name)
    }

    private func lastLines(of pod: String) async -> [String] {
        for previous in [false, true] {
            let text = try? await cluster.client.logs(
                pod: pod, namespace: application.namespace, container: nil, tailLines: 10, previous: previous)
            let lines = (text ?? "").split(separator: "\n").map(String.init)
            if !lines.isEmpty { return lines }
        }
        // The log is a courtesy; the failure stands without it.
        return []
    }
}

/// One signal for each change that either watch tells of; signals that nobody took yet become one.
private func merged(
    _ first: WatchSequence, _ second: WatchSequence
) -> AsyncThrowingStream<Void, any Error> {
    AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
        // Lives as long as the stream: ended by onTermination.
        let task = Task {
            do {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for watch in [first, second] {
                        group.addTask { for try await _ in watch { continuation.yield() } }
                    }
                    try await group.waitForAll()
                }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        continuation.onTermination = { _ in task.cancel() }
    }
}
