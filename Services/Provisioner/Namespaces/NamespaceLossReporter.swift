import Foundation
import KubernetesClient
import Logging
import PreviewDomain
import ServiceLifecycle
import ServiceRuntime

/// Reports namespaces of previews that somebody else deleted: their previews say that they work, and nothing of them is
/// there any more.
struct NamespaceLossReporter: Service {
    /// Names a namespace that is gone or going.
    struct Key: Hashable, Sendable, CustomStringConvertible {
        var preview: PreviewReference
        /// When the namespace that was lost had been made; another one of its name may follow.
        var madeAt: Date?
        var description: String { "\(preview.cluster)/\(preview.namespace)" }
    }

    private let losses: Reconciler<Key>

    init(clusters: Clusters, facts: FactPublisher, logger: Logger) {
        losses = Reconciler("namespaces", concurrency: 4, logger: logger) { key in
            let access = try clusters.named(key.preview.cluster)
            // Cleanups leave their tombstone before they begin.
            let tombstone = try await access.tombstone(of: key.preview.id)
            guard !(tombstone?.covers(requestMadeAt: key.madeAt ?? .distantPast) ?? false) else { return .whenAsked }
            let present = try await access.client.get(.namespaces, name: key.preview.namespace)
            if let present, !present.isBeingDeleted { return .whenAsked }
            logger.notice("Namespace was deleted", metadata: [LogKey.preview: "\(key.preview.id)"])
            try await facts.publish([Self.lost(key.preview)])
            return .whenAsked
        }
    }

    /// Asks for the namespace to be looked at, where it belongs to a preview and is gone or going.
    func request(_ event: WatchEvent, on cluster: String) {
        let changed: [KubernetesObject] =
            switch event {
            case .initial(let objects), .relisted(let objects): objects.filter(\.isBeingDeleted)
            case .added(let object), .modified(let object): object.isBeingDeleted ? [object] : []
            case .deleted(let object): [object]
            }
        for object in changed {
            guard let preview = PreviewLabels.reference(from: object.labels, cluster: cluster, namespace: object.name)
            else { continue }
            losses.request(Key(preview: preview, madeAt: object.creationTimestamp))
        }
    }

    func run() async throws { try await losses.run() }

    private static func lost(_ preview: PreviewReference) -> NamespaceFailed {
        NamespaceFailed(
            preview: preview, observedAt: Date(),
            failure: Failure(
                reason: "NamespaceDeleted",
                message: "The namespace \(preview.namespace) was deleted, with everything in it.",
                object: ObjectReference(
                    cluster: preview.cluster, apiVersion: "v1", kind: "Namespace", namespace: nil,
                    name: preview.namespace),
                nextStep: "Retry to have it made anew, with new clones, or tear the preview down."))
    }
}
