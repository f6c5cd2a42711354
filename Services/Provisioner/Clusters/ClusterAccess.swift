import Helm
import KubernetesClient
import PreviewDomain
import ServiceRuntime

/// A cluster, with all that the provisioner uses to work on it.
struct ClusterAccess: Sendable {
    let cluster: Cluster
    let helm: HelmProgram
    let system: SystemNamespace
    let discovery: ClusterDiscovery

    var name: String { cluster.name }
    var client: KubernetesClient { cluster.client }

    /// Names an object on this cluster for the ledger.
    func reference(to object: JSONValue) -> ObjectReference {
        ObjectReference(
            cluster: name, apiVersion: object["apiVersion"].string ?? "", kind: object["kind"].string ?? "",
            namespace: object["metadata"]["namespace"].string, name: object["metadata"]["name"].string ?? "")
    }

    /// Makes an object what it is here by server-side apply.
    @discardableResult
    func apply(_ object: JSONValue) async throws -> KubernetesObject {
        let kubernetesObject = KubernetesObject(object)
        guard
            let type = try await client.resourceType(
                apiVersion: kubernetesObject.apiVersion, kind: kubernetesObject.kind)
        else {
            throw ProvisioningError.unservedKind("\(kubernetesObject.apiVersion) \(kubernetesObject.kind)")
        }
        return try await client.apply(kubernetesObject, as: type)
    }

    /// Applies several objects at once.
    func apply(_ objects: [JSONValue]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for object in objects {
                group.addTask { try await apply(object) }
            }
            try await group.waitForAll()
        }
    }
}

/// The clusters that this provisioner works on, by name.
struct Clusters: Sendable {
    private let byName: [String: ClusterAccess]

    init(_ clusters: [ClusterAccess]) {
        byName = Dictionary(clusters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    var all: [ClusterAccess] { byName.values.sorted { $0.name < $1.name } }

    /// Whether a cluster of the name is configured.
    func contains(_ name: String) -> Bool { byName[name] != nil }

    /// The cluster of a name.
    func named(_ name: String) throws(ProvisioningError) -> ClusterAccess {
        guard let access = byName[name] else { throw .unknownCluster(name, known: byName.keys.sorted()) }
        return access
    }
}
