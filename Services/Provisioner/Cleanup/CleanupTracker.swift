import Foundation
import KubernetesClient
import Logging
import PreviewDomain
import ServiceLifecycle
import ServiceRuntime

/// Sees the removal of ended previews through: level by level, in any process, until the cluster shows nothing of them.
struct CleanupTracker: Service {
    /// Names a removal.
    struct Key: Hashable, Sendable, CustomStringConvertible {
        var cluster: String
        var preview: PreviewID
        var description: String { "\(cluster)/\(preview)" }
    }

    private let removals: Reconciler<Key>

    /// Creates a tracker.
    ///
    /// - Parameter patience: how long a namespace may take to go before its removal is reported as stuck.
    init(clusters: Clusters, facts: FactPublisher, patience: Duration, logger: Logger) {
        let removal = NamespaceRemoval(facts: facts, patience: patience, logger: logger)
        removals = Reconciler(
            "cleanups", concurrency: 16, delays: .milliseconds(100) ... .seconds(5), logger: logger
        ) { key in
            try await removal.advance(key.preview, on: try clusters.named(key.cluster))
        }
    }

    /// Asks for a removal to be looked at now.
    func request(_ key: Key) { removals.request(key) }

    /// Asks for everything that an earlier process may have left half done.
    func resume(on access: ClusterAccess) async throws {
        for tombstone in try await access.tombstones(.running) {
            request(Key(cluster: access.name, preview: tombstone.preview.id))
        }
    }

    func run() async throws { try await removals.run() }
}
