import KubernetesClient
import PreviewDomain
import Synchronization

/// The PreviewEnvironments of the clusters that this process watches, as watches tell of them.
final class EnvironmentIndex: Sendable {
    private let objects = Mutex<[String: [PreviewResource: KubernetesObject]]>([:])

    /// A resource's object; `nil` where it is gone, or where this process does not watch its cluster.
    subscript(resource: PreviewResource) -> KubernetesObject? {
        objects.withLock { $0[resource.cluster]?[resource] }
    }

    /// Whether this process watches a cluster.
    func watches(_ cluster: String) -> Bool { objects.withLock { $0[cluster] != nil } }

    /// Forgets a cluster that is no longer watched.
    func end(_ cluster: String) { objects.withLock { $0[cluster] = nil } }

    /// Takes a change in and returns the resources that it is about.
    func record(_ event: WatchEvent<KubernetesObject>, on cluster: String) -> Set<PreviewResource> {
        objects.withLock { objects in
            var known = objects[cluster] ?? [:]
            defer { objects[cluster] = known }
            switch event {
            case .initial(let items), .relisted(let items):
                let gone = Set(known.keys)
                known = Dictionary(
                    items.compactMap { item in item.previewResource(on: cluster).map { ($0, item) } },
                    uniquingKeysWith: { $1 })
                return gone.union(known.keys)
            case .added(let item), .modified(let item):
                guard let resource = item.previewResource(on: cluster) else { return [] }
                known[resource] = item
                return [resource]
            case .deleted(let item):
                guard let resource = item.previewResource(on: cluster) else { return [] }
                known[resource] = nil
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
}
