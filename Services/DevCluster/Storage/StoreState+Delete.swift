import KubernetesClient

extension StoreState {
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
