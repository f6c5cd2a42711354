import KubernetesClient

extension ResourceRequest {
    /// What a list or a watch selects.
    struct Selection: Sendable {
        var labels = LabelSelector()
        var fields = FieldSelector()
        var name: String?

        var isEverything: Bool { labels.isEmpty && fields.isEmpty && name == nil }

        func matches(_ object: JSONValue) -> Bool {
            if let name, object["metadata"]["name"].string != name { return false }
            return labels.matches(object: object) && fields.matches(object: object)
        }
    }

    func selection() throws(APIError) -> Selection {
        var selection = Selection()
        if let text = request.query["labelSelector"], !text.isEmpty { selection.labels = try LabelSelector(text) }
        if let text = request.query["fieldSelector"], !text.isEmpty {
            selection.fields = try FieldSelector(text, kind: kind)
        }
        return selection
    }

    func list() throws(APIError) -> APIResponse {
        let format = try format(isList: true)
        let page = try page()
        var metadata: [String: JSONValue] = ["resourceVersion": .string(String(page.resourceVersion))]
        if kind.definition != nil, case .object = format.shape { metadata["continue"] = "" }
        if let token = page.token { metadata["continue"] = .string(token) }
        if let remaining = page.remaining { metadata["remainingItemCount"] = .int(Int64(remaining)) }
        var response = APIResponse(contentType: format.contentType)
        switch format.shape {
        case .table(let version):
            let table = TableRenderer(view: view, version: version, includes: request.query["includeObject"])
            response.body = .bytes(
                table.table(rows: page.objects.map { view.present($0) }, metadata: .object(metadata)).encoded)
        case .metadata(let version), .metadataList(let version):
            let items = page.objects.map { PartialMetadata.object($0.value, version: version) }
            response.body = .bytes(
                ([
                    "kind": "PartialObjectMetadataList", "apiVersion": .string("meta.k8s.io/\(version)"),
                    "metadata": .object(metadata), "items": .array(items),
                ] as JSONValue).encoded)
        case .object, .aggregatedDiscovery:
            let bytes = encode(page.objects, metadata: .object(metadata))
            response.body = .bytes(format.isYAML ? YAMLText.encode(try RequestBody.json(bytes)) : bytes)
        }
        return response
    }

    /// Joins what each object was encoded to when it was written.
    private func encode(_ objects: [StoredObject], metadata: JSONValue) -> [UInt8] {
        let head =
            "{\"kind\":\"\(kind.listKind)\",\"apiVersion\":\"\(view.apiVersion)\",\"metadata\":\(metadata),\"items\":["
        var bytes = Array(head.utf8)
        bytes.reserveCapacity(bytes.count + objects.reduce(2) { $0 + $1.encoded.count + 1 })
        for (index, object) in objects.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += view.encodedItem(object)
        }
        bytes += Array("]}\n".utf8)
        return bytes
    }

    // MARK: Pages

    private struct Page {
        var objects: [StoredObject]
        var resourceVersion: Int
        var token: String?
        var remaining: Int?
    }

    private func page() throws(APIError) -> Page {
        let selection = try selection()
        let limit = request.number("limit") ?? 0
        if let text = request.query["limit"], !text.isEmpty, Int(text) == nil {
            throw .badRequest("strconv.ParseInt: parsing \"\(text)\": invalid syntax")
        }
        let start: Int
        let objects: [StoredObject]
        let version: Int
        if let token = request.query["continue"], !token.isEmpty {
            guard (request.query["resourceVersion"] ?? "").isEmpty else {
                throw .badRequest("specifying resource version is not allowed when using continue")
            }
            let place = try ContinueToken(token)
            (objects, version, start) = try resume(place, selection)
        } else {
            try requireKnownVersion()
            let (found, current) = store.storedList(kind, namespace: path.namespace)
            let all = found.map(\.object)
            objects = selection.isEverything ? all : all.filter { selection.matches($0.value) }
            version = current
            start = 0
        }
        guard limit > 0, objects.count - start > limit else {
            return Page(objects: Array(objects[start...]), resourceVersion: version)
        }
        let end = start + limit
        server.snapshots.keep(objects, of: snapshotName, version: version)
        let last = objects[end - 1].value["metadata"]
        let place = ContinueToken(
            resourceVersion: version, namespace: last["namespace"].string ?? "", name: last["name"].string ?? "")
        return Page(
            objects: Array(objects[start..<end]), resourceVersion: version, token: place.text,
            remaining: selection.isEverything ? objects.count - end : nil)
    }

    /// Which list a snapshot belongs to.
    private var snapshotName: String {
        let selectors = (request.query["labelSelector"] ?? "") + "|" + (request.query["fieldSelector"] ?? "")
        return "\(kind.qualifiedName)|\(path.namespace ?? "")|\(selectors)"
    }

    private func resume(
        _ place: ContinueToken, _ selection: Selection
    ) throws(APIError) -> (objects: [StoredObject], version: Int, start: Int) {
        if place.resourceVersion >= 0 {
            guard let kept = server.snapshots.find(snapshotName, version: place.resourceVersion) else {
                var error = APIError.expired(
                    "The provided continue parameter is too old to display a consistent list result. You can start a "
                        + "new list without the continue parameter, or use the continue token in this response to "
                        + "retrieve the remainder of the results. Continuing with the provided token results in an "
                        + "inconsistent list - objects that were created, modified, or deleted between the time the "
                        + "first chunk was returned and now may show up in the list.")
                error.continueToken =
                    ContinueToken(resourceVersion: -1, namespace: place.namespace, name: place.name).text
                throw error
            }
            return (kept, place.resourceVersion, place.start(in: kept))
        }
        let (found, current) = store.storedList(kind, namespace: path.namespace)
        let objects = found.map(\.object).filter { selection.matches($0.value) }
        return (objects, current, place.start(in: objects))
    }

    private func requireKnownVersion() throws(APIError) {
        let match = request.query["resourceVersionMatch"] ?? ""
        let version = request.query["resourceVersion"] ?? ""
        guard match.isEmpty || !version.isEmpty else {
            throw .invalidOptions(
                "resourceVersionMatch",
                "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided")
        }
        try requireNotTooNew()
        if match == "Exact", version != "0", let wanted = Int(version), wanted < store.resourceVersion {
            guard server.snapshots.find(snapshotName, version: wanted) != nil else {
                throw .expired("The resourceVersion for the provided list is too old.")
            }
        }
    }
}

extension APIError {
    static func invalidOptions(_ field: String, _ text: String) -> APIError {
        APIError(
            code: 422, reason: "Invalid", message: "ListOptions.meta.k8s.io \"\" is invalid: \(field): \(text)",
            group: "meta.k8s.io", kind: "ListOptions",
            causes: [Cause(reason: FieldProblem.Kind.forbidden.rawValue, message: text, field: field)])
    }
}
