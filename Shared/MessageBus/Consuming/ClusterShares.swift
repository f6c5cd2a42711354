import Foundation
import PreviewDomain
import Synchronization

/// Lets each cluster have a share of a consumer's deliveries in work, so that one that is slow does not hold all of them
/// while messages about other clusters wait in the queue.
final class ClusterShares: Sendable {
    private struct Share {
        var running = 0
        var waiting: [(id: UUID, admit: AsyncStream<Never>.Continuation)] = []
    }

    /// How long a message waits for a place before it gives up its own among the deliveries.
    static let patience: Duration = .milliseconds(500)

    private let limit: Int?
    private let shares = Mutex<[String: Share]>([:])

    /// Creates the shares of so many clusters. A single one may have everything.
    init(clusters: Int, prefetch: Int) {
        // With more clusters than four it takes several slow ones to hold up the others.
        limit = clusters > 1 ? max(1, prefetch / min(clusters, 4)) : nil
    }

    /// The cluster whose share a message takes a place of; `nil` where there is no bound, or it is about none.
    func cluster(of message: Message) -> String? {
        guard limit != nil else { return nil }
        return (message.payload as? any PreviewMessagePayload)?.preview.cluster
    }

    /// Takes a place of a cluster's share, which ``leave(_:)`` frees. Returns whether there was one before long.
    func enter(_ cluster: String) async -> Bool {
        guard let limit else { return true }
        let id = UUID()
        let (places, admit) = AsyncStream.makeStream(of: Never.self)
        let isFree = shares.withLock { shares in
            guard shares[cluster, default: Share()].running >= limit else {
                shares[cluster, default: Share()].running += 1
                return true
            }
            shares[cluster]?.waiting.append((id, admit))
            return false
        }
        if isFree { return true }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Ends early only by cancellation, which gives up as well.
                try? await Task.sleep(for: Self.patience)
                admit.finish()
            }
            // Ends with a place, with the end of patience, or with the task.
            for await _ in places {}
            group.cancelAll()
            // A place may have come in the very moment in which it was given up.
            return !giveUp(id, cluster)
        }
    }

    /// Frees a place, or hands it to who waits longest.
    func leave(_ cluster: String) {
        guard limit != nil else { return }
        shares.withLock { shares in
            guard var share = shares[cluster] else { return }
            if share.waiting.isEmpty { share.running -= 1 } else { share.waiting.removeFirst().admit.finish() }
            shares[cluster] = share.running > 0 ? share : nil
        }
    }

    /// Gives up waiting. Returns whether it was waited still; else a place was given.
    private func giveUp(_ id: UUID, _ cluster: String) -> Bool {
        shares.withLock { shares in
            guard let index = shares[cluster]?.waiting.firstIndex(where: { $0.id == id }) else { return false }
            shares[cluster]?.waiting.remove(at: index)
            return true
        }
    }
}
