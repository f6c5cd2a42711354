import KubernetesClient

/// One request for a collection, an object or a subresource.
struct ResourceRequest: Sendable {
    let server: APIServer
    let request: APIRequest
    let path: ResourcePath
    let view: KindView
    let user: User
    let kinds: KindRegistry

    var store: ObjectStore { server.store }
    var kind: ResourceKind { view.kind }

    var key: ObjectKey { ObjectKey(kind, namespace: path.namespace, name: path.name ?? "") }

    func respond() async throws -> APIResponse {
        if path.subresource != nil { return try await respondToSubresource() }
        switch (request.method, path.name) {
        case ("GET", nil), ("HEAD", nil):
            return request.flag("watch") || path.isWatch ? try watch() : try list()
        case ("GET", .some(let name)), ("HEAD", .some(let name)):
            return path.isWatch ? try watch(name: name) : try get()
        case ("POST", nil): return try create()
        case ("PUT", .some): return try replace(.none)
        case ("PATCH", .some): return try patch(.none)
        case ("DELETE", .some): return try delete()
        case ("DELETE", nil) where kind.verbs.contains("deletecollection"): return try deleteCollection()
        default: throw ResourceRequest.methodNotAllowed
        }
    }

    static var methodNotAllowed: APIError {
        APIError(
            code: 405, reason: "MethodNotAllowed",
            message: "the server does not allow this method on the requested resource", hasEmptyDetails: true)
    }

    // MARK: Formats

    func format(isList: Bool = false) throws(APIError) -> AnswerFormat {
        let accept = request.accept
        // Protobuf alone cannot be had; in front of JSON it is passed over.
        guard let format = AnswerFormat(accept: accept, isList: isList) else {
            throw APIError(
                code: 406, reason: "NotAcceptable",
                message: "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml",
                hasEmptyDetails: true)
        }
        return format
    }

    /// Answers with one object in the form asked for.
    func answer(_ stored: StoredObject, status: Int = 200, warnings: [String] = []) throws(APIError) -> APIResponse {
        let format = try format()
        var response = APIResponse(status: status, contentType: format.contentType)
        switch format.shape {
        case .object where !format.isYAML: response.body = .bytes(view.encoded(stored))
        case .object: response.body = .bytes(YAMLText.encode(view.present(stored)))
        case .metadata(let version), .metadataList(let version):
            response.body = .bytes(PartialMetadata.object(stored.value, version: version).encoded)
        case .table(let version):
            let table = TableRenderer(view: view, version: version, includes: request.query["includeObject"])
            response.body = .bytes(
                table.table(rows: [view.present(stored)], resourceVersion: String(stored.resourceVersion)).encoded)
        case .aggregatedDiscovery:
            throw .badRequest("discovery is not an object")
        }
        response.warn(warnings)
        return response
    }

    // MARK: Get

    func get() throws(APIError) -> APIResponse {
        try requireNotTooNew()
        guard let stored = store.stored(key) else { throw .notFound(kind, key.name) }
        return try answer(stored)
    }

    /// A version that the server has not reached yet cannot be served.
    func requireNotTooNew() throws(APIError) {
        guard let text = request.query["resourceVersion"], !text.isEmpty else { return }
        guard let wanted = Int(text) else {
            throw .badRequest("Invalid value: \"\(text)\": strconv.ParseUint: parsing \"\(text)\": invalid syntax")
        }
        let current = store.resourceVersion
        guard wanted > current else { return }
        throw Self.tooNew(wanted, current)
    }

    static func tooNew(_ wanted: Int, _ current: Int) -> APIError {
        var error = APIError(
            code: 504, reason: "Timeout",
            message: "Timeout: Too large resource version: \(wanted), current: \(current)")
        error.causes = [
            APIError.Cause(reason: "ResourceVersionTooLarge", message: "Too large resource version", field: "")
        ]
        error.retryAfterSeconds = 1
        return error
    }
}

/// `PartialObjectMetadata`: an object without its contents.
enum PartialMetadata {
    static func object(_ object: JSONValue, version: String = "v1") -> JSONValue {
        [
            "kind": "PartialObjectMetadata", "apiVersion": .string("meta.k8s.io/\(version)"),
            "metadata": object["metadata"] ?? [:],
        ]
    }
}
