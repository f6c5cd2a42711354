import KubernetesClient

extension ResourceRequest {
    func writeOptions(_ operation: FieldManager.Operation = .update, subresource: String = "") -> WriteOptions {
        WriteOptions(
            isDryRun: request.isDryRun,
            manager: FieldManager(
                name: request.managerName, operation: operation, apiVersion: view.apiVersion,
                subresource: subresource))
    }

    /// The body as an object of this kind, with the warnings it gives rise to.
    func body() throws(APIError) -> (object: JSONValue, warnings: [String]) {
        var object = try RequestBody.decode(request)
        let validation = try FieldValidation(request)
        var duplicates: [String] = []
        if validation != .ignore, request.body.first == UInt8(ascii: "{") {
            duplicates = RequestBody.duplicateFields(request.body)
        }
        let warnings = try view.decode(&object, validation: validation, duplicates: duplicates)
        return (view.store(object), warnings)
    }

    // MARK: Create

    func create() throws(APIError) -> APIResponse {
        if let dryRun = request.query["dryRun"], dryRun != "All", !dryRun.isEmpty { throw Self.invalidDryRun(dryRun) }
        let (object, warnings) = try body()
        if !(object["metadata"]["resourceVersion"].string ?? "").isEmpty {
            throw .internalError("resourceVersion should not be set on objects to be created")
        }
        let stored = try store.createStored(object, in: kind, namespace: path.namespace, options: writeOptions())
        return try answer(stored, status: 201, warnings: warnings + extraWarnings(stored))
    }

    private static func invalidDryRun(_ text: String) -> APIError {
        APIError(
            code: 422, reason: "Invalid",
            message: "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"\(text)\"]: supported "
                + "values: \"All\"")
    }

    /// What a user should know about an object that was taken.
    private func extraWarnings(_ stored: StoredObject) -> [String] {
        guard kind == .customResourceDefinitions else { return [] }
        return (CustomResource(stored.value)?.unknownFunctions ?? []).sorted().map { name in
            "dev-cluster does not know \(name)() and skips the x-kubernetes-validations that call it; a real cluster may not"
        }
    }

    // MARK: Replace

    func replace(_ subresource: Subresource) throws(APIError) -> APIResponse {
        let (object, warnings) = try body()
        let label = path.subresource ?? ""
        if kind.definition != nil, (object["metadata"]["resourceVersion"].string ?? "").isEmpty {
            throw .invalid(
                kind, key.name, [.invalid("metadata.resourceVersion", 0, "must be specified for an update")])
        }
        let stored = try store.updateStored(key, subresource: subresource, options: writeOptions(subresource: label)) {
            (live: inout JSONValue) throws(APIError) in live = object
        }
        return try answer(stored, warnings: warnings)
    }

    // MARK: Patch

    enum PatchType: String {
        case json = "application/json-patch+json"
        case merge = "application/merge-patch+json"
        case strategic = "application/strategic-merge-patch+json"
        case apply = "application/apply-patch+yaml"
    }

    func patchType() throws(APIError) -> PatchType {
        let type = String((request.headers["content-type"] ?? "").prefix { $0 != ";" }).trimmed
        let accepted: [PatchType] =
            kind.definition == nil ? [.json, .merge, .strategic, .apply] : [.json, .merge, .apply]
        guard let found = PatchType(rawValue: type), accepted.contains(found) else {
            let list = accepted.map(\.rawValue).joined(separator: ", ")
            throw APIError(
                code: 415, reason: "UnsupportedMediaType",
                message: "the body of the request was in an unknown format - accepted media types include: \(list)",
                hasEmptyDetails: true)
        }
        return found
    }

    func patch(_ subresource: Subresource) throws(APIError) -> APIResponse {
        let type = try patchType()
        if type == .apply { return try apply(subresource) }
        let change = try RequestBody.json(request.body)
        let validation = try FieldValidation(request)
        var warnings: [String] = []
        let options = writeOptions(subresource: path.subresource ?? "")
        let stored = try store.updateStored(key, subresource: subresource, options: options) {
            (live: inout JSONValue) throws(APIError) in
            let shown = view.present(live)
            var patched = try apply(change, type, to: shown)
            try refuseNewIdentity(patched, shown)
            do throws(APIError) {
                warnings = try view.decode(&patched, validation: validation)
            } catch {
                throw error.code == 400 ? unprocessable(error, patched) : error
            }
            live = view.store(patched)
        }
        return try answer(stored, warnings: warnings)
    }

    /// Applies one of the three plain kinds of patch.
    func apply(_ change: JSONValue, _ type: PatchType, to object: JSONValue) throws(APIError) -> JSONValue {
        switch type {
        case .json:
            do {
                return try object.patched(with: JSONPatch(change))
            } catch {
                if case .malformed(let why) = error { throw .badRequest("cannot decode the patch: \(why)") }
                throw APIError(
                    code: 422, reason: "Invalid",
                    message: "the server rejected our request due to an error in our request", hasEmptyDetails: true)
            }
        case .merge, .apply: return object.merged(with: change)
        case .strategic:
            return try StrategicMergePatch.apply(change, to: object, schema: view.schema ?? .anyObject)
        }
    }

    private func refuseNewIdentity(_ patched: JSONValue, _ live: JSONValue) throws(APIError) {
        let uid = patched["metadata"]["uid"].string
        if let uid, uid != live["metadata"]["uid"].string {
            throw .invalid(kind, key.name, [.invalid("metadata.uid", .string(uid), "field is immutable")])
        }
    }

    /// A value of the wrong type in a patched object is a 422, not a 400.
    private func unprocessable(_ error: APIError, _ patched: JSONValue) -> APIError {
        let shown = FieldProblem.shown(.string(patched.description))
        let start = ["json: ", "strict decoding error: "].compactMap { error.message.firstRange(of: $0) }.first
        let why = start.map { String(error.message[$0.lowerBound...]) } ?? error.message
        return APIError(
            code: 422, reason: "Invalid", message: " \"\" is invalid: patch: Invalid value: \(shown): \(why)",
            causes: [
                APIError.Cause(
                    reason: FieldProblem.Kind.invalid.rawValue, message: "Invalid value: \(shown): \(why)",
                    field: "patch")
            ])
    }

    // MARK: Apply

    private func apply(_ subresource: Subresource) throws(APIError) -> APIResponse {
        guard request.query["fieldManager"]?.isEmpty == false else {
            throw APIError(
                code: 422, reason: "Invalid",
                message:
                    "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply "
                    + "patch",
                group: "meta.k8s.io", kind: "PatchOptions",
                causes: [
                    APIError.Cause(
                        reason: FieldProblem.Kind.required.rawValue,
                        message: "Required value: is required for apply patch", field: "fieldManager")
                ])
        }
        let configuration = try configuration(subresource)
        let options = writeOptions(.apply, subresource: path.subresource ?? "")
        guard let manager = options.manager else { throw .internalError("an apply has no manager") }
        while true {
            let isNew = store.stored(key) == nil
            do throws(APIError) {
                return isNew
                    ? try applyNew(configuration, by: manager, subresource, options)
                    : try applyLive(configuration, by: manager, subresource, options)
            } catch {
                // Somebody else made the object after the look, or removed it: then the other way is right.
                guard isNew != (store.stored(key) == nil) else { throw error }
            }
        }
    }

    private func applyNew(
        _ configuration: JSONValue, by manager: FieldManager, _ subresource: Subresource, _ options: WriteOptions
    ) throws(APIError) -> APIResponse {
        guard subresource == .none else { throw .notFound(kind, key.name) }
        let version = configuration["metadata"]["resourceVersion"].string ?? ""
        guard version.isEmpty else { throw .staleVersion(kind, key.name) }
        let object = try ServerSideApply.apply(
            configuration, to: nil, by: manager, force: request.flag("force"), schema: view.schema ?? .anyObject)
        let stored = try store.createStored(
            view.store(object), in: kind, namespace: path.namespace, options: options)
        return try answer(stored, status: 201, warnings: extraWarnings(stored))
    }

    private func applyLive(
        _ configuration: JSONValue, by manager: FieldManager, _ subresource: Subresource, _ options: WriteOptions
    ) throws(APIError) -> APIResponse {
        let stored = try store.updateStored(key, subresource: subresource, options: options) {
            (live: inout JSONValue) throws(APIError) in
            let applied = try ServerSideApply.apply(
                configuration, to: view.present(live), by: manager, force: request.flag("force"),
                schema: view.schema ?? .anyObject)
            live = view.store(applied)
        }
        return try answer(stored)
    }

    /// The configuration to be applied, checked.
    private func configuration(_ subresource: Subresource) throws(APIError) -> JSONValue {
        var configuration = try RequestBody.yaml(request.body)
        guard configuration.object != nil else {
            throw .badRequest("error decoding YAML: the configuration is no object")
        }
        if !(configuration["metadata"]["managedFields"] ?? .null).isEmptyValue {
            throw .badRequest("metadata.managedFields must be nil")
        }
        guard let name = configuration["kind"].string, let version = configuration["apiVersion"].string else {
            throw .badRequest("invalid object type: /, Kind=")
        }
        guard name == kind.kind, version == view.apiVersion else {
            throw .badRequest("invalid object type: \(version), Kind=\(name)")
        }
        if configuration["metadata"]["name"] == nil { configuration["metadata"]["name"] = .string(key.name) }
        guard configuration["metadata"]["name"].string == key.name else {
            throw .badRequest(
                "the name of the object (\(configuration["metadata"]["name"].string ?? "")) does not match the name on "
                    + "the URL (\(key.name))")
        }
        if let schema = view.schema {
            let unknown = schema.unknownFields(in: configuration)
            guard unknown.isEmpty else {
                let place = (path.namespace.map { $0 + "/" } ?? "") + key.name
                let lines = unknown.map { "  .\($0): field not declared in schema" }.joined(separator: "\n")
                throw APIError(
                    code: 500, reason: "InternalError",
                    message:
                        "failed to create typed patch object (\(place); \(version), Kind=\(name)): errors:\n\(lines)")
            }
            schema.dropNulls(in: &configuration)
            if kind.definition == nil, let problem = schema.typeProblem(in: configuration, kind: kind.kind) {
                throw .badRequest(view.refusal("json: " + problem))
            }
        }
        switch subresource {
        case .status:
            var metadata = JSONValue.object([:])
            for field in ["name", "namespace", "resourceVersion"] { metadata[field] = configuration["metadata"][field] }
            configuration = [
                "apiVersion": configuration["apiVersion"] ?? .null, "kind": configuration["kind"] ?? .null,
                "metadata": metadata, "status": configuration["status"] ?? [:],
            ]
        default:
            if kind.hasStatus { configuration["status"] = nil }
        }
        return configuration
    }

    // MARK: Delete

    func deleteOptions() throws(APIError) -> DeleteOptions {
        var options = DeleteOptions(isDryRun: request.isDryRun)
        var body: JSONValue = [:]
        if !request.body.isEmpty { body = try RequestBody.decode(request) }
        options.gracePeriodSeconds = body["gracePeriodSeconds"].int ?? request.number("gracePeriodSeconds")
        if let seconds = options.gracePeriodSeconds, seconds < 0 { options.gracePeriodSeconds = 1 }
        if body["dryRun"].array?.contains("All") == true { options.isDryRun = true }
        options.uid = body["preconditions"]["uid"].string
        options.resourceVersion = body["preconditions"]["resourceVersion"].string
        if let text = body["propagationPolicy"].string ?? request.query["propagationPolicy"], !text.isEmpty {
            guard let policy = DeleteOptions.Propagation(rawValue: text) else {
                throw APIError(
                    code: 422, reason: "Invalid",
                    message: "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: "
                        + "\"\(text)\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"")
            }
            options.propagation = policy
        } else if body["orphanDependents"].bool == true || request.query["orphanDependents"] == "true" {
            options.propagation = .orphan
        }
        return options
    }

    /// The kinds whose deletion is answered with the object and not with a Status.
    private static let answersWithObject: [ResourceKind] = [
        .pods, .services, .serviceAccounts, .podTemplates, .persistentVolumeClaims, .persistentVolumes,
        .resourceQuotas,
    ]

    func delete() throws(APIError) -> APIResponse {
        let options = try deleteOptions()
        let uid = store.get(key)?["metadata"]["uid"].string ?? ""
        switch try store.delete(key, options) {
        case .removed(let object) where Self.answersWithObject.contains(kind):
            return .json(view.present(object))
        case .removed:
            var details: [String: JSONValue] = [
                "name": .string(key.name), "kind": .string(kind.plural), "uid": .string(uid),
            ]
            if !kind.group.isEmpty { details["group"] = .string(kind.group) }
            return .json([
                "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success",
                "details": .object(details),
            ])
        case .terminating(let object):
            return .json(view.present(object))
        }
    }

    func deleteCollection() throws(APIError) -> APIResponse {
        let options = try deleteOptions()
        let selection = try selection()
        let (found, version) = store.storedList(kind, namespace: path.namespace)
        var deleted: [JSONValue] = []
        for (key, object) in found where selection.matches(object.value) {
            do {
                deleted.append(view.present(try store.delete(key, options).object))
            } catch  where error.code == 404 {
                continue  // Gone meanwhile: that is what was asked for.
            }
        }
        return .json([
            "kind": .string(kind.listKind), "apiVersion": .string(view.apiVersion),
            "metadata": ["resourceVersion": .string(String(version))], "items": .array(deleted),
        ])
    }
}
