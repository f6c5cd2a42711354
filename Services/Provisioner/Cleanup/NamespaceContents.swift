import KubernetesClient
import PreviewDomain

/// Everything in a preview's namespace, of whatever kind.
struct NamespaceContents: Sendable {
    /// An object with what may keep it from going.
    struct Found: Sendable {
        var reference: ObjectReference
        var madeBy: String
        var finalizers: [String]
        var isBeingDeleted: Bool
    }

    let access: ClusterAccess

    /// Lists the namespace: each kind that the cluster serves, or those of certain objects only.
    func list(_ namespace: String, ofKindsIn objects: [ObjectReference]? = nil) async throws -> [Found] {
        let kinds = objects.map { Set($0.map { "\($0.apiVersion) \($0.kind)" }) }
        let types = try await access.discovery.namespacedTypes().filter { type in
            !Self.transient.contains(type.description) && kinds?.contains("\(type.apiVersion) \(type.kind)") ?? true
        }
        return try await withThrowingTaskGroup(of: [Found].self) { group in
            for type in types {
                group.addTask { try await list(type, namespace) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private func list(_ type: ResourceType, _ namespace: String) async throws -> [Found] {
        do {
            return try await access.client.listMetadata(type, namespace: namespace).items.map { object in
                Found(
                    reference: ObjectReference(
                        cluster: access.name, apiVersion: type.apiVersion, kind: type.kind, namespace: namespace,
                        name: object.name),
                    madeBy: Self.maker(of: object), finalizers: object.finalizers,
                    isBeingDeleted: object.isBeingDeleted)
            }
        } catch let error as KubernetesError where error.isForbidden || error.isNotFound || error.status?.code == 405 {
            // A kind that we may not read is none that we made. What only a proxy does not find proves nothing.
            return []
        }
    }

    /// What the cluster keeps about others and forgets by itself.
    private static let transient: Set<String> = [
        "events", "events.events.k8s.io", "endpoints", "endpointslices.discovery.k8s.io",
    ]

    private static func maker(of object: KubernetesObject) -> String {
        if object.labels[PreviewLabels.database] != nil { return "db-cloner" }
        if object.labels[PreviewLabels.preview] != nil { return FactPublisher.source }
        return "kubernetes"
    }
}
