import KubernetesClient

extension StoreState {
    mutating func update(
        _ key: ObjectKey, subresource: Subresource, options: WriteOptions,
        _ mutate: (inout JSONValue) throws(APIError) -> Void
    ) throws(APIError) -> StoredObject {
        guard let existing = object(key) else { throw .notFound(key.kind, key.name) }
        let old = kinds.current(existing.value, key.kind)
        var new = old
        try mutate(&new)
        return try replace(key, existing: existing, old: old, with: new, subresource: subresource, options: options)
    }

    private mutating func replace(
        _ key: ObjectKey, existing: StoredObject, old: JSONValue, with submitted: JSONValue,
        subresource: Subresource, options: WriteOptions
    ) throws(APIError) -> StoredObject {
        var new = submitted
        new["apiVersion"] = old["apiVersion"]
        new["kind"] = old["kind"]
        let submittedVersion = new["metadata"]["resourceVersion"].string ?? ""
        if !submittedVersion.isEmpty, submittedVersion != String(existing.resourceVersion) {
            throw .staleVersion(key.kind, key.name)
        }
        let submittedUID = new["metadata"]["uid"].string ?? ""
        if !submittedUID.isEmpty, submittedUID != old["metadata"]["uid"].string {
            throw .conflict(
                key.kind, key.name,
                "Precondition failed: UID in precondition: \(submittedUID), UID in object meta: "
                    + (old["metadata"]["uid"].string ?? ""))
        }
        try keepIdentity(&new, of: old, key: key)
        isolate(subresource, &new, old: old, kind: key.kind)
        fillDefaults(&new, kind: key.kind)
        if let manager = options.manager, manager.operation == .update {
            ManagedFields.track(&new, replacing: old, by: manager, schema: kinds.schema(for: key.kind))
        } else if new["metadata"]["managedFields"] == nil {
            new["metadata"]["managedFields"] = old["metadata"]["managedFields"]
        }
        try admit(updating: &new, from: old, key: key, subresource: subresource, options: options)
        if key.kind.hasGeneration, changesSpec(new, old) {
            new["metadata"]["generation"] = .int(Int64((old["metadata"]["generation"].int ?? 0) + 1))
        }
        if isFinished(new, kind: key.kind) {
            if options.isDryRun { return existing }
            // The answer shows what was asked for; the deletion's event still shows the finalizers that were there.
            remove(key)
            settle()
            return StoredObject(new, resourceVersion: existing.resourceVersion)
        }
        if new == existing.value { return existing }
        if options.isDryRun { return StoredObject(new, resourceVersion: existing.resourceVersion) }
        let stored = put(new, at: key)
        consequences.append(.updated(key))
        settle()
        return object(key) ?? stored
    }

    private func keepIdentity(_ new: inout JSONValue, of old: JSONValue, key: ObjectKey) throws(APIError) {
        let name = new["metadata"]["name"].string ?? ""
        if !name.isEmpty, name != key.name {
            throw .badRequest("the name of the object (\(name)) does not match the name on the URL (\(key.name))")
        }
        if let namespace = new["metadata"]["namespace"].string, !namespace.isEmpty, namespace != key.namespace {
            throw .badRequest(
                "the namespace of the object (\(namespace)) does not match the namespace on the URL "
                    + "(\(key.namespace ?? ""))")
        }
        let kept = [
            "name", "namespace", "uid", "creationTimestamp", "generateName", "generation", "resourceVersion",
            "deletionTimestamp", "deletionGracePeriodSeconds",
        ]
        for field in kept { new["metadata"][field] = old["metadata"][field] }
        new["metadata"]["selfLink"] = nil
        for (field, value) in new["metadata"].object ?? [:] where value.isEmptyValue { new["metadata"][field] = nil }
        if !key.kind.hasGeneration { new["metadata"]["generation"] = old["metadata"]["generation"] }
        if key.kind == .namespaces {
            new["metadata"]["labels"]["kubernetes.io/metadata.name"] = .string(key.name)
        }
        guard old["metadata"]["deletionTimestamp"] != nil else { return }
        let before = Set((old["metadata"]["finalizers"].array ?? []).compactMap(\.string))
        let added = (new["metadata"]["finalizers"].array ?? []).compactMap(\.string).filter { !before.contains($0) }
        guard added.isEmpty else {
            let list = added.map { "\"\($0)\"" }.joined(separator: ", ")
            throw .invalid(
                key.kind, key.name,
                [
                    .forbidden(
                        "metadata.finalizers",
                        "no new finalizers can be added if the object is being deleted, found new finalizers "
                            + "[]string{\(list)}")
                ])
        }
    }

    /// Takes back what this way of writing may not change.
    private func isolate(_ subresource: Subresource, _ new: inout JSONValue, old: JSONValue, kind: ResourceKind) {
        switch subresource {
        case .none:
            if kind.hasStatus { new["status"] = old["status"] }
        case .status:
            let status = new["status"]
            var managed = new["metadata"]["managedFields"]
            if managed == nil { managed = old["metadata"]["managedFields"] }
            new = old
            new["status"] = status
            new["metadata"]["managedFields"] = managed
        case .finalize:
            let finalizers = new["spec"]["finalizers"]
            new = old
            new["spec"]["finalizers"] = finalizers
        case .scale:
            break
        }
    }

    private func changesSpec(_ new: JSONValue, _ old: JSONValue) -> Bool {
        var (new, old) = (new, old)
        // A pod is bound to its node by a subresource of its own.
        if new["kind"] == "Pod" {
            new["spec"]["nodeName"] = nil
            old["spec"]["nodeName"] = nil
        }
        // Annotations of a Deployment go over to its replica sets.
        if new["kind"] == "Deployment", ownAnnotations(new) != ownAnnotations(old) { return true }
        guard let left = new.object, let right = old.object else { return true }
        let ignored: Set<String> = ["metadata", "status", "apiVersion", "kind"]
        let names = Set(left.keys).union(right.keys).subtracting(ignored)
        return names.contains { left[$0] != right[$0] }
    }

    private func ownAnnotations(_ deployment: JSONValue) -> [String: JSONValue] {
        (deployment["metadata"]["annotations"].object ?? [:]).filter {
            !$0.key.hasPrefix("deployment.kubernetes.io/")
        }
    }

    /// A deleted object that nothing holds any longer.
    func isFinished(_ object: JSONValue, kind: ResourceKind) -> Bool {
        guard object["metadata"]["deletionTimestamp"] != nil else { return false }
        guard (object["metadata"]["finalizers"].array ?? []).isEmpty else { return false }
        if kind == .namespaces { return (object["spec"]["finalizers"].array ?? []).isEmpty }
        return (object["metadata"]["deletionGracePeriodSeconds"].int ?? 0) == 0
    }
}
