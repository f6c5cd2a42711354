extension KubernetesClient {
    /// Creates an object; fails with `isAlreadyExists` where the name is taken.
    ///
    /// Where it stays open whether the server has created it (no whole answer, 5xx), the object is looked for before the
    /// next attempt: one that holds all that was sent is the one. A name that the server makes up (`generateName`) cannot
    /// be looked for, so such a creation is not repeated then.
    ///
    /// - Parameters:
    ///   - object: what to create, in the namespace that it names.
    ///   - type: its type.
    ///   - dryRun: whether the server only checks and answers.
    ///   - validation: what becomes of fields that the server does not know.
    public func create(
        _ object: KubernetesObject, as type: ResourceType, dryRun: Bool = false, validation: FieldValidation = .strict
    ) async throws -> KubernetesObject {
        var request = APIRequest("POST", type.path(namespace: object.namespace))
        try requireNamespace(of: object, type, request)
        add(to: &request, dryRun, validation)
        request.setBody(object.value)
        request.isIdempotent = dryRun
        guard !dryRun, !object.name.isEmpty else { return try await perform(request) }
        return try await create(object, as: type, request)
    }

    /// Replaces a whole object. With the resource version that it was read with, it fails with `isConflict` where
    /// somebody else changed it since.
    public func replace(
        _ object: KubernetesObject, as type: ResourceType, dryRun: Bool = false, validation: FieldValidation = .strict
    ) async throws -> KubernetesObject {
        try await replace(object, as: type, subresource: nil, dryRun, validation)
    }

    /// Replaces an object's status.
    public func replaceStatus(_ object: KubernetesObject, as type: ResourceType) async throws -> KubernetesObject {
        try await replace(object, as: type, subresource: "status", false, .strict)
    }

    /// Makes the object's fields what they are here, and leaves all others alone (server-side apply). Fields that this
    /// field manager applied before and that are missing here are removed. Creates the object where it is missing.
    ///
    /// - Parameters:
    ///   - object: the fields that shall be so.
    ///   - type: its type.
    ///   - force: whether to take fields over from other managers; else it fails with `isFieldManagerConflict`.
    ///   - dryRun: whether the server only checks and answers.
    ///   - validation: what becomes of fields that the server does not know.
    public func apply(
        _ object: KubernetesObject, as type: ResourceType, force: Bool = true, dryRun: Bool = false,
        validation: FieldValidation = .strict
    ) async throws -> KubernetesObject {
        let path = type.path(namespace: object.namespace, name: object.name)
        var request = APIRequest("PATCH", path, isIdempotent: true)
        try requireNamespace(of: object, type, request)
        guard !object.name.isEmpty else { throw request.error(.invalidObject("an applied object needs a name")) }
        add(to: &request, dryRun, validation)
        request.add("force", String(force))
        var body = object.value
        body["metadata"]["managedFields"] = nil
        request.setBody(body, contentType: "application/apply-patch+yaml")
        return try await perform(request)
    }

    /// Changes an object.
    ///
    /// - Parameters:
    ///   - type: the object's type.
    ///   - name: its name.
    ///   - namespace: where it is.
    ///   - patch: the change.
    ///   - subresource: such as `status` or `scale`; `nil` for the object itself.
    ///   - dryRun: whether the server only checks and answers.
    public func patch(
        _ type: ResourceType, name: String, namespace: String? = nil, _ patch: Patch, subresource: String? = nil,
        dryRun: Bool = false, validation: FieldValidation = .strict
    ) async throws -> KubernetesObject {
        let path = type.path(namespace: namespace, name: name, subresource: subresource)
        var request = APIRequest("PATCH", path, isIdempotent: patch.isIdempotent)
        add(to: &request, dryRun, validation)
        request.setBody(patch.value, contentType: patch.contentType)
        return try await perform(request)
    }

    // MARK: What they share

    func replace(
        _ object: KubernetesObject, as type: ResourceType, subresource: String?, _ dryRun: Bool,
        _ validation: FieldValidation
    ) async throws -> KubernetesObject {
        let path = type.path(namespace: object.namespace, name: object.name, subresource: subresource)
        // Repeated without a version, it could undo a change that somebody made in between.
        var request = APIRequest("PUT", path, isIdempotent: object.resourceVersion != nil)
        try requireNamespace(of: object, type, request)
        add(to: &request, dryRun, validation)
        request.setBody(object.value)
        return try await perform(request)
    }

    private func add(to request: inout APIRequest, _ dryRun: Bool, _ validation: FieldValidation) {
        request.add("fieldManager", fieldManager)
        request.add("fieldValidation", validation.rawValue)
        if dryRun { request.add("dryRun", "All") }
    }

    private func requireNamespace(of object: KubernetesObject, _ type: ResourceType, _ request: APIRequest) throws {
        guard type.isNamespaced, object.namespace == nil else { return }
        throw request.error(.invalidObject("\(type.kind) \(object.name) names no namespace"))
    }

    func perform(_ request: APIRequest) async throws -> KubernetesObject {
        try await connection.perform(request) { KubernetesObject(try JSONValue(parsing: $0)) }
    }
}

extension Patch {
    var contentType: String {
        switch self {
        case .merge: "application/merge-patch+json"
        case .json: "application/json-patch+json"
        case .strategic: "application/strategic-merge-patch+json"
        }
    }

    var value: JSONValue {
        switch self {
        case .merge(let value), .strategic(let value): value
        case .json(let operations): JSONPatch(operations).value
        }
    }

    /// Whether the second of two equal patches changes nothing.
    var isIdempotent: Bool {
        switch self {
        case .merge: true
        case .json, .strategic: false
        }
    }
}
