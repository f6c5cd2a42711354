import Foundation
import Shared
import Synchronization

/// Remembers which clones there are, so that one is missed when somebody deletes it behind its preview's back.
final class CloneLosses: Sendable {
    /// A clone that is gone.
    struct Loss: Sendable, Equatable {
        /// What is to be said; `nil` where that is not known yet.
        var report: DatabaseFailed?
    }

    private struct Owner: Sendable {
        var preview: PreviewReference
        var isMissing = false
    }

    /// A preview's end takes clone and namespace at once; after this long both show.
    static let patience: Duration = .seconds(2)

    private let client: KubernetesClient
    private let cluster: String
    private let owners = Mutex<[String: Owner]>([:])

    init(client: KubernetesClient, cluster: String) {
        self.client = client
        self.cluster = cluster
    }

    /// Takes down that a clone is there.
    func note(_ clone: KubernetesObject) {
        guard let namespace = clone.namespace, let preview = clone.previewReference(on: cluster) else { return }
        owners.withLock { $0["\(namespace)/\(clone.name)"] = Owner(preview: preview) }
    }

    /// Drops a clone whose loss was reported.
    func forget(_ name: String, in namespace: String) {
        owners.withLock { $0["\(namespace)/\(name)"] = nil }
    }

    /// What is to be made of a clone that is not there; `nil` where nobody misses it. It is said until it is forgotten.
    func loss(of name: String, in namespace: String) async throws -> Loss? {
        let key = "\(namespace)/\(name)"
        guard let owner = owners.withLock({ $0[key] }) else { return nil }
        guard owner.isMissing else {
            owners.withLock { $0[key]?.isMissing = true }
            return Loss(report: nil)
        }
        guard try await client.get(.namespaces, name: namespace).map({ !$0.isBeingDeleted }) ?? false else {
            forget(name, in: namespace)
            return nil
        }
        let type = ResourceType.postgresClusters
        let failure = Failure(
            reason: "CloneDeleted",
            message: "Somebody deleted \(type.kind) \(name), the clone, behind the preview's back; its data is gone.",
            object: ObjectReference(
                cluster: cluster, apiVersion: type.apiVersion, kind: type.kind, namespace: namespace, name: name),
            nextStep: "Retry: the database is cloned anew.")
        return Loss(
            report: DatabaseFailed(preview: owner.preview, database: name, observedAt: Date(), failure: failure))
    }
}
