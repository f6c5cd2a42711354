import KubernetesClient

extension StoreState {
    mutating func create(
        _ submitted: JSONValue, in kind: ResourceKind, namespace: String?, options: WriteOptions
    ) throws(APIError) -> StoredObject {
        var object = submitted
        object["apiVersion"] = .string(kind.apiVersion)
        object["kind"] = .string(kind.kind)
        let key = try nameObject(&object, kind: kind, namespace: namespace)
        try requireLiveNamespace(key)
        fillMetadata(&object, key: key)
        let managed = managedFields(of: object, options: options, kind: kind)
        if kind.hasStatus { object["status"] = initialStatus(kind, submitted["status"]) }
        try admit(creating: &object, key: key, options: options)
        if let existing = self.object(key) {
            throw existing.value["metadata"]["deletionTimestamp"] == nil
                ? .alreadyExists(kind, key.name) : .beingDeleted(kind, key.name)
        }
        if let managed { object["metadata"]["managedFields"] = managed }
        if options.isDryRun { return StoredObject(object, resourceVersion: resourceVersion) }
        let stored = put(object, at: key)
        settle()
        return stored
    }

    /// What a new object's creator owns: what was sent and its defaults, not what admission adds to it.
    private func managedFields(of object: JSONValue, options: WriteOptions, kind: ResourceKind) -> JSONValue? {
        guard let manager = options.manager, manager.operation == .update else { return nil }
        var sent = object
        fillDefaults(&sent, kind: kind)
        if kind.hasStatus { sent["status"] = nil }
        ManagedFields.track(&sent, replacing: nil, by: manager, schema: kinds.schema(for: kind))
        return sent["metadata"]["managedFields"] ?? []
    }

    private func nameObject(
        _ object: inout JSONValue, kind: ResourceKind, namespace: String?
    ) throws(APIError) -> ObjectKey {
        if object["metadata"].object == nil { object["metadata"] = [:] }
        if kind.isNamespaced {
            let own = object["metadata"]["namespace"].string ?? ""
            guard let target = namespace ?? (own.isEmpty ? nil : own) else {
                throw .badRequest("an empty namespace may not be set during creation")
            }
            if !own.isEmpty, own != target {
                throw .badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request")
            }
            object["metadata"]["namespace"] = .string(target)
        } else {
            object["metadata"]["namespace"] = nil
        }
        var name = object["metadata"]["name"].string ?? ""
        if name.isEmpty, let prefix = object["metadata"]["generateName"].string, !prefix.isEmpty {
            name = String(prefix.prefix(58)) + Identity.nameSuffix()
            object["metadata"]["name"] = .string(name)
        }
        guard !name.isEmpty else {
            throw .invalid(
                kind, "", [.required("metadata.name", "name or generateName is required")])
        }
        return ObjectKey(kind, namespace: object["metadata"]["namespace"].string, name: name)
    }

    /// Refuses new objects in a namespace that is missing or ends.
    private func requireLiveNamespace(_ key: ObjectKey) throws(APIError) {
        guard let namespace = key.namespace else { return }
        guard let found = object(ObjectKey(.namespaces, namespace: nil, name: namespace)) else {
            throw .notFound(.namespaces, namespace)
        }
        guard found.value["metadata"]["deletionTimestamp"] != nil else { return }
        throw .forbidden(
            key.kind, key.name,
            "unable to create new content in namespace \(namespace) because it is being terminated",
            causes: [
                APIError.Cause(
                    reason: "NamespaceTerminating", message: "namespace \(namespace) is being terminated",
                    field: "metadata.namespace")
            ])
    }

    private func fillMetadata(_ object: inout JSONValue, key: ObjectKey) {
        object["metadata"]["uid"] = .string(Identity.uid())
        object["metadata"]["creationTimestamp"] = .string(Moment.now())
        for name in ["resourceVersion", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds"] {
            object["metadata"][name] = nil
        }
        if key.kind.hasGeneration { object["metadata"]["generation"] = 1 }
        for (name, value) in object["metadata"].object ?? [:] where value.isEmptyValue {
            object["metadata"][name] = nil
        }
        if key.kind == .namespaces {
            object["metadata"]["labels"]["kubernetes.io/metadata.name"] = .string(key.name)
        }
    }

    /// With a status subresource a client's status does not count on creation.
    private func initialStatus(_ kind: ResourceKind, _ submitted: JSONValue?) -> JSONValue? {
        if kind == .namespaces { return ["phase": "Active"] }
        if kind == .pods { return ["phase": "Pending"] }
        if kind == .persistentVolumeClaims || kind == .persistentVolumes { return ["phase": "Pending"] }
        if kind == .services || kind == .ingresses { return ["loadBalancer": [:]] }
        // The node agent registers a node together with its status.
        if kind == .nodes { return submitted ?? [:] }
        return kind.definition == nil ? [:] : nil
    }
}
