import KubernetesClient
import PreviewDomain
import Synchronization

/// The PreviewEnvironments of the clusters that this process watches, as watches tell of them.
final class EnvironmentIndex: Sendable {
    private let objects = Mutex<[String: [PreviewResource: KubernetesObject]]>([:])
    /// Those that were seen to go and are not dealt with yet.
    private let departed = Mutex<[PreviewResource: KubernetesObject]>([:])

    /// A resource's object; `nil` where it is gone, or where this process does not watch its cluster.
    subscript(resource: PreviewResource) -> KubernetesObject? {
        objects.withLock { $0[resource.cluster]?[resource] }
    }

    /// A resource's object as it was last, where it was seen to go.
    func departed(_ resource: PreviewResource) -> KubernetesObject? { departed.withLock { $0[resource] } }

    /// Forgets a resource that is gone.
    func forget(_ resource: PreviewResource) { departed.withLock { $0[resource] = nil } }

    /// Whether this process watches a cluster.
    func watches(_ cluster: String) -> Bool { objects.withLock { $0[cluster] != nil } }

    /// Forgets a cluster that is no longer watched.
    func end(_ cluster: String) { objects.withLock { $0[cluster] = nil } }

    /// Takes a change in and returns the resources that it is about.
    func record(_ event: WatchEvent, on cluster: String) -> Set<PreviewResource> {
        objects.withLock { objects in
            var known = objects[cluster] ?? [:]
            defer { objects[cluster] = known }
            switch event {
            case .initial(let items), .relisted(let items):
                let before = known
                known = Dictionary(
                    items.compactMap { item in item.previewResource(on: cluster).map { ($0, item) } },
                    uniquingKeysWith: { $1 })
                let gone = before.filter { known[$0.key] == nil }
                departed.withLock { $0.merge(gone) { $1 } }
                return Set(before.keys).union(known.keys)
            case .added(let item), .modified(let item):
                guard let resource = item.previewResource(on: cluster) else { return [] }
                known[resource] = item
                return [resource]
            case .deleted(let item):
                guard let resource = item.previewResource(on: cluster) else { return [] }
                known[resource] = nil
                departed.withLock { $0[resource] = item }
                return [resource]
            }
        }
    }
}

extension KubernetesObject {
    /// Names this PreviewEnvironment; `nil` before the server has made it.
    func previewResource(on cluster: String) -> PreviewResource? {
        guard let uid, let namespace else { return nil }
        return PreviewResource(cluster: cluster, namespace: namespace, name: name, uid: uid)
    }
}

extension PreviewResource {
    /// The resource's object as it is now; `nil` where it, or this very one of its name, is gone.
    func read(_ access: ClusterAccess) async throws -> KubernetesObject? {
        let object = try await access.client.get(.previewEnvironments, name: name, namespace: namespace)
        return object?.uid == uid ? object : nil
    }

    /// Whether this very resource is gone.
    ///
    /// - Throws: also where the cluster does not serve the type now, which says nothing of its objects.
    func isGone(_ access: ClusterAccess) async throws -> Bool {
        let found = try await access.client.list(
            .previewEnvironments, namespace: namespace, fields: .name(name))
        return !found.items.contains { $0.uid == uid }
    }
}
