import Logging
import Shared

/// An object that carries a preview's labels, with no more than its metadata.
struct LabelledObject: Sendable {
    let type: ResourceType
    let object: KubernetesObject
    let preview: PreviewReference
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
        let types = try await discovery.types()
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
            return try await metadata(of: type, selector).compactMap { object in
                object.previewReference(on: cluster).map { LabelledObject(type: type, object: object, preview: $0) }
            }
        } catch let error as KubernetesError where error.isForbidden || error.isNotFound || error.status?.code == 405 {
            if error.isForbidden {
                logger.warning("May not search for leftovers", metadata: ["type": "\(type)", "error": "\(error)"])
            }
            return []
        }
    }

    /// Lists names and labels only: the content, which may be secret, stays in the cluster.
    private func metadata(of type: ResourceType, _ selector: LabelSelector) async throws -> [KubernetesObject] {
        var objects: [KubernetesObject] = []
        var next: String?
        repeat {
            var query = ["labelSelector": selector.description, "limit": "500"]
            query["continue"] = next
            let answer = try await client.raw(
                "GET", type.path(), query: query,
                accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json")
            let list = try JSONValue(parsing: Array(answer.body))
            objects += (list["items"].array ?? []).map { item in
                var item = item
                item["apiVersion"] = .string(type.apiVersion)
                item["kind"] = .string(type.kind)
                return KubernetesObject(item)
            }
            next = list["metadata"]["continue"].string.flatMap { $0.isEmpty ? nil : $0 }
        } while next != nil
        return objects
    }
}
