extension KubernetesClient {
    /// Reads an object, or `nil` where it, or its whole type, does not exist.
    public func get(
        _ type: ResourceType, name: String, namespace: String? = nil
    ) async throws -> KubernetesObject? {
        let request = APIRequest("GET", type.path(namespace: namespace, name: name))
        do {
            return try await perform(request)
        } catch let error as KubernetesError where error.isNotFound {
            return nil
        }
    }

    /// Reads all objects of a type, page by page.
    ///
    /// - Parameters:
    ///   - type: the type.
    ///   - namespace: where; `nil` for all namespaces.
    ///   - labels: which labels they must carry.
    ///   - fields: which values their fields must have.
    public func list(
        _ type: ResourceType, namespace: String? = nil, labels: LabelSelector? = nil, fields: FieldSelector? = nil
    ) async throws -> ObjectList {
        let scope = ListScope(type: type, namespace: namespace, labels: labels, fields: fields)
        return try await list(scope)
    }

    /// Reads names, labels and the rest of the metadata of all objects of a type, page by page. The content, which may be
    /// secret and large, stays in the cluster, where the server can leave it out.
    ///
    /// - Parameters:
    ///   - type: the type.
    ///   - namespace: where; `nil` for all namespaces.
    ///   - labels: which labels they must carry.
    ///   - fields: which values their fields must have.
    public func listMetadata(
        _ type: ResourceType, namespace: String? = nil, labels: LabelSelector? = nil, fields: FieldSelector? = nil
    ) async throws -> ObjectList {
        var scope = ListScope(type: type, namespace: namespace, labels: labels, fields: fields)
        scope.accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
        var list = try await list(scope)
        for index in list.items.indices {
            // The server calls each a PartialObjectMetadata.
            list.items[index]["apiVersion"] = .string(type.apiVersion)
            list.items[index]["kind"] = .string(type.kind)
        }
        return list
    }

    func list(_ scope: ListScope) async throws -> ObjectList {
        var attempt = 1
        while true {
            do {
                // A list that keeps outliving its pages is read in one piece in the end.
                let limit = attempt < 3 ? connection.options.pageSize : nil
                return try await pages(scope, limit: limit)
            } catch let error as KubernetesError where error.isExpired && attempt < 3 {
                attempt += 1
            }
        }
    }

    private func pages(_ scope: ListScope, limit: Int?) async throws -> ObjectList {
        var list = ObjectList(items: [], resourceVersion: "")
        var next: String?
        repeat {
            var request = scope.request()
            request.add("limit", limit.map { String($0) })
            request.add("continue", next)
            let page = try await connection.perform(request) { try ListPage($0, of: scope.type) }
            list.items += page.items
            list.resourceVersion = page.resourceVersion
            next = page.next
        } while next != nil
        return list
    }
}

/// Which objects a list or a watch is about.
struct ListScope: Sendable {
    var type: ResourceType
    var namespace: String?
    var labels: LabelSelector?
    var fields: FieldSelector?
    var accept = "application/json"

    func request() -> APIRequest {
        var request = APIRequest("GET", type.path(namespace: namespace))
        request.accept = accept
        request.add("labelSelector", labels?.description)
        request.add("fieldSelector", fields?.description)
        return request
    }
}

/// Describes why an answer could not be read, without quoting it: it may be a Secret.
enum UnreadableAnswer {
    /// Whether the answer is no whole JSON, as when it was cut off on the way, so that another attempt may bring it.
    static func isCutOff(_ error: any Error) -> Bool {
        error is JSONParsingError
    }

    static func describe(_ error: any Error) -> String {
        switch error {
        case let error as JSONParsingError: return error.description
        case DecodingError.keyNotFound(let key, let context): return "\(path(context))\(key.stringValue) is missing"
        case DecodingError.typeMismatch(let type, let context): return "\(path(context)) is no \(type)"
        case DecodingError.valueNotFound(_, let context): return "\(path(context)) is null"
        case DecodingError.dataCorrupted(let context): return "\(path(context)) has an invalid value"
        default: return "the answer has an unexpected form"
        }
    }

    private static func path(_ context: DecodingError.Context) -> String {
        context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
    }
}
