import Logging
import Shared

/// An object that carries a preview's labels, with no more than its metadata.
struct LabelledObject: Sendable {
    let type: ResourceType
    let object: KubernetesObject
    let preview: PreviewReference
    /// The generation that it was made for; `nil` where it does not say.
    var generation: Int? { PreviewLabels.generation(from: object.labels) }
    /// Whether it is its preview's namespace, or in it.
    var isInNamespace: Bool {
        let namespace = preview.id.namespace
        return object.namespace == namespace || type == .namespaces && object.name == namespace
    }
}

/// Searches a cluster for objects by their labels, over every type that it serves.
struct LabelSweep: Sendable {
    let cluster: String
    let client: KubernetesClient
    let discovery: KindDiscovery
    let logger: Logger

    /// Objects of the previews given, or of any preview where `nil`.
    ///
    /// - Throws: where a type can't be listed at the moment; then nothing is known of its objects. Types that the
    ///   reaper may not list are left out with a warning.
    func objects(of previews: Set<PreviewID>?) async throws -> [LabelledObject] {
        if let previews, previews.isEmpty { return [] }
        // What is new to the cluster is searched for an ended preview at once, for orphans some minutes later.
        let types = try await discovery.types(notOlderThan: previews == nil ? .seconds(600) : .seconds(30))
        let selector = Self.selector(for: previews)
        return try await withThrowingTaskGroup(of: [LabelledObject].self) { group in
            var found: [LabelledObject] = []
            var waiting = types[...]
            // Eight at a time: the API server has others to serve.
            for type in waiting.prefix(8) { group.addTask { try await objects(of: type, selector) } }
            waiting = waiting.dropFirst(8)
            while let objects = try await group.next() {
                found += objects
                if let type = waiting.popFirst() { group.addTask { try await self.objects(of: type, selector) } }
            }
            return found
        }
    }

    /// Selects everything of the previews given.
    static func selector(for previews: Set<PreviewID>?) -> LabelSelector {
        let ours = "\(PreviewLabels.managedBy)=\(PreviewLabels.managedByValue)"
        guard let previews else { return "\(ours),\(PreviewLabels.preview)" }
        let ids = previews.map(\.rawValue).sorted().joined(separator: ",")
        return "\(ours),\(PreviewLabels.preview) in (\(ids))"
    }

    private func objects(of type: ResourceType, _ selector: LabelSelector) async throws -> [LabelledObject] {
        do {
            // Names and labels only: the content, which may be secret, stays in the cluster.
            return try await client.listMetadata(type, labels: selector).items.compactMap { object in
                object.previewReference(on: cluster).map { LabelledObject(type: type, object: object, preview: $0) }
            }
        } catch let error as KubernetesError where error.isForbidden || error.isNotFound || error.status?.code == 405 {
            if error.isForbidden {
                logger.warning("May not search for leftovers", metadata: ["type": "\(type)", "error": "\(error)"])
            }
            return []
        }
    }
}
