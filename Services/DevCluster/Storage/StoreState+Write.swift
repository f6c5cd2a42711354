import KubernetesClient

extension StoreState {
    // MARK: Create

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

    // MARK: Update

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
    private func isFinished(_ object: JSONValue, kind: ResourceKind) -> Bool {
        guard object["metadata"]["deletionTimestamp"] != nil else { return false }
        guard (object["metadata"]["finalizers"].array ?? []).isEmpty else { return false }
        if kind == .namespaces { return (object["spec"]["finalizers"].array ?? []).isEmpty }
        return (object["metadata"]["deletionGracePeriodSeconds"].int ?? 0) == 0
    }

    // MARK: Delete

    mutating func delete(_ key: ObjectKey, _ options: DeleteOptions) throws(APIError) -> DeleteResult {
        guard let existing = object(key) else { throw .notFound(key.kind, key.name) }
        let result = try delete(key, existing, options)
        settle()
        return result
    }

    /// Deletes without settling what follows; for use within a consequence.
    mutating func delete(
        _ key: ObjectKey, _ existing: StoredObject, _ options: DeleteOptions
    ) throws(APIError) -> DeleteResult {
        let old = existing.value
        try require(options, of: existing, key: key)
        if key.kind == .namespaces, ["default", "kube-system", "kube-public"].contains(key.name) {
            throw .forbidden(.namespaces, key.name, "this namespace may not be deleted")
        }
        var new = old
        let grace = gracePeriod(old, kind: key.kind, options)
        var finalizers = (old["metadata"]["finalizers"].array ?? []).compactMap(\.string)
        let isRepeated = old["metadata"]["deletionTimestamp"] != nil
        switch options.propagation ?? .background {
        case .orphan:
            finalizers.removeAll { $0 == Finalizer.foreground }
            if !finalizers.contains(Finalizer.orphan) { finalizers.append(Finalizer.orphan) }
        case .foreground:
            finalizers.removeAll { $0 == Finalizer.orphan }
            if !finalizers.contains(Finalizer.foreground) { finalizers.append(Finalizer.foreground) }
        case .background:
            if !isRepeated || options.propagation != nil {
                finalizers.removeAll { $0 == Finalizer.orphan || $0 == Finalizer.foreground }
            }
        }
        new["metadata"]["finalizers"] = finalizers.isEmpty ? nil : JSONValue(finalizers)
        if !isRepeated {
            new["metadata"]["deletionTimestamp"] = .string(Moment.text(Int(Moment.secondsSinceEpoch()) + grace))
            // The end of a namespace is its own kind of deletion.
            if key.kind != .namespaces { new["metadata"]["deletionGracePeriodSeconds"] = .int(Int64(grace)) }
            if let generation = old["metadata"]["generation"].int {
                new["metadata"]["generation"] = .int(Int64(generation + 1))
            }
            if key.kind == .namespaces { new["status"]["phase"] = "Terminating" }
            if key.kind == .customResourceDefinitions {
                CustomResource.markTerminating(&new)
                if !finalizers.contains(Finalizer.definition) {
                    new["metadata"]["finalizers"] = JSONValue(finalizers + [Finalizer.definition])
                }
            }
        } else if grace < old["metadata"]["deletionGracePeriodSeconds"].int ?? 0 {
            new["metadata"]["deletionTimestamp"] = .string(Moment.text(Int(Moment.secondsSinceEpoch()) + grace))
            new["metadata"]["deletionGracePeriodSeconds"] = .int(Int64(grace))
        }
        if isFinished(new, kind: key.kind) {
            if !options.isDryRun { remove(key) }
            return .removed(old)
        }
        if new == old { return .terminating(old) }
        if options.isDryRun { return .terminating(new) }
        let stored = put(new, at: key)
        consequences.append(.terminating(key))
        return .terminating(stored.value)
    }

    private func require(_ options: DeleteOptions, of existing: StoredObject, key: ObjectKey) throws(APIError) {
        let uid = existing.value["metadata"]["uid"].string ?? ""
        if let wanted = options.uid, wanted != uid {
            throw refusal(
                key,
                "the UID in the precondition (\(wanted)) does not match the UID in record (\(uid)). The object "
                    + "might have been deleted and then recreated")
        }
        if let wanted = options.resourceVersion, wanted != String(existing.resourceVersion) {
            throw refusal(
                key,
                "the ResourceVersion in the precondition (\(wanted)) does not match the ResourceVersion in record "
                    + "(\(existing.resourceVersion)). The object might have been modified")
        }
    }

    private func refusal(_ key: ObjectKey, _ why: String) -> APIError {
        APIError(
            code: 409, reason: "Conflict",
            message: "Operation cannot be fulfilled on \(key.kind.kind) \"\(key.name)\": \(why)",
            group: key.kind.group, kind: key.kind.kind, name: key.name)
    }

    /// Only pods are given time to end, and only where a node has them.
    private func gracePeriod(_ object: JSONValue, kind: ResourceKind, _ options: DeleteOptions) -> Int {
        guard kind == .pods, object["spec"]["nodeName"].string?.isEmpty == false else { return 0 }
        if ["Succeeded", "Failed"].contains(object["status"]["phase"].string) { return 0 }
        return options.gracePeriodSeconds ?? object["spec"]["terminationGracePeriodSeconds"].int ?? 30
    }
}

/// The finalizers that the cluster itself acts on.
enum Finalizer {
    static let orphan = "orphan"
    static let foreground = "foregroundDeletion"
    static let definition = "customresourcecleanup.apiextensions.k8s.io"
}
