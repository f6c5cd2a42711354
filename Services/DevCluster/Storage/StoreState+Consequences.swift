import KubernetesClient

/// Something that has to follow from a write within the same operation.
enum Consequence: Sendable {
    case created(ObjectKey)
    case updated(ObjectKey)
    /// Marked as being deleted.
    case terminating(ObjectKey)
    /// Gone; with its last state.
    case removed(ObjectKey, JSONValue)
}

extension StoreState {
    private static let authorityDescription =
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
        + "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
        + "clusters."

    /// Works off everything that follows from what was written: children of deleted owners, contents of ending
    /// namespaces, instances of deleted definitions, counted quotas.
    mutating func settle() {
        while true {
            while !consequences.isEmpty {
                let next = consequences.removeFirst()
                switch next {
                case .created(let key): followCreation(key)
                case .updated(let key): followTermination(key)
                case .terminating(let key): followTermination(key)
                case .removed(let key, let object): followRemoval(key, object)
                }
            }
            guard !namespacesToCount.isEmpty else { return }
            countQuotas()
        }
    }

    // MARK: Creation

    private mutating func followCreation(_ key: ObjectKey) {
        if key.kind == .namespaces { ensureNamespaceContents(key.name) }
        guard let object = object(key)?.value else { return }
        collectIfOwnerless(key, object)
    }

    /// The objects that every namespace has.
    mutating func ensureNamespaceContents(_ namespace: String) {
        let account = ObjectKey(.serviceAccounts, namespace: namespace, name: "default")
        if object(account) == nil {
            ensure(account, ["metadata": ["name": "default"]])
        }
        let authority = ObjectKey(.configMaps, namespace: namespace, name: "kube-root-ca.crt")
        if object(authority) == nil {
            ensure(
                authority,
                [
                    "metadata": [
                        "name": "kube-root-ca.crt",
                        "annotations": [
                            "kubernetes.io/description":
                                .string(Self.authorityDescription)
                        ],
                    ],
                    "data": ["ca.crt": ""],
                ])
        }
    }

    /// Stores one of the cluster's own objects where it is missing; a namespace that ends takes none.
    mutating func ensure(_ key: ObjectKey, _ object: JSONValue) {
        guard self.object(key) == nil else { return }
        do {
            _ = try create(object, in: key.kind, namespace: key.namespace, options: WriteOptions(isAdmitted: false))
        } catch {
            // The namespace is ending: then its own objects are not wanted either.
        }
    }

    // MARK: Termination

    private mutating func followTermination(_ key: ObjectKey) {
        guard let found = object(key)?.value, found["metadata"]["deletionTimestamp"] != nil else { return }
        if key.kind == .namespaces { return emptyNamespace(key.name) }
        if key.kind == .customResourceDefinitions { return removeInstances(of: key) }
        let finalizers = (found["metadata"]["finalizers"].array ?? []).compactMap(\.string)
        guard let uid = found["metadata"]["uid"].string else { return }
        if finalizers.contains(Finalizer.orphan) {
            for child in dependents(of: uid).sorted(by: { $0.description < $1.description }) {
                dropOwner(uid, from: child)
            }
            dropFinalizer(Finalizer.orphan, from: key)
        } else if finalizers.contains(Finalizer.foreground) {
            for child in dependents(of: uid).sorted(by: { $0.description < $1.description }) {
                guard let object = object(child), object.value["metadata"]["deletionTimestamp"] == nil else { continue }
                guard !hasOtherLiveOwner(object.value, than: uid) else {
                    dropOwner(uid, from: child)
                    continue
                }
                let waits = !dependents(of: object.value["metadata"]["uid"].string ?? "").isEmpty
                discard(child, object, DeleteOptions(propagation: waits ? .foreground : .background))
            }
            finishForeground(key)
        }
    }

    private mutating func finishForeground(_ key: ObjectKey) {
        guard let object = object(key)?.value, let uid = object["metadata"]["uid"].string else { return }
        let isHeld = dependents(of: uid).contains { child in
            guard let owners = self.object(child)?.value["metadata"]["ownerReferences"].array else { return false }
            return owners.contains { $0["uid"].string == uid && $0["blockOwnerDeletion"].bool == true }
        }
        if !isHeld { dropFinalizer(Finalizer.foreground, from: key) }
    }

    private mutating func dropFinalizer(_ name: String, from key: ObjectKey) {
        rewrite(key) { object in
            let left = (object["metadata"]["finalizers"].array ?? []).filter { $0.string != name }
            object["metadata"]["finalizers"] = left.isEmpty ? nil : .array(left)
        }
    }

    private mutating func dropOwner(_ uid: String, from key: ObjectKey) {
        rewrite(key) { object in
            let left = (object["metadata"]["ownerReferences"].array ?? []).filter { $0["uid"].string != uid }
            object["metadata"]["ownerReferences"] = left.isEmpty ? nil : .array(left)
        }
    }

    /// Changes an object as part of a consequence, past admission.
    mutating func rewrite(_ key: ObjectKey, _ change: (inout JSONValue) -> Void) {
        guard let existing = object(key) else { return }
        var new = existing.value
        change(&new)
        guard new != existing.value else { return }
        let isHeld =
            new["metadata"]["deletionTimestamp"] == nil || !(new["metadata"]["finalizers"].array ?? []).isEmpty
            || (new["metadata"]["deletionGracePeriodSeconds"].int ?? 0) > 0
            || (key.kind == .namespaces && !(new["spec"]["finalizers"].array ?? []).isEmpty)
        if isHeld { put(new, at: key) } else { remove(key) }
    }

    private mutating func discard(_ key: ObjectKey, _ object: StoredObject, _ options: DeleteOptions) {
        do {
            _ = try delete(key, object, options)
        } catch {
            // Only a precondition or a protected namespace refuses a deletion; a consequence meets neither.
        }
    }

    // MARK: Removal

    private mutating func followRemoval(_ key: ObjectKey, _ object: JSONValue) {
        guard let uid = object["metadata"]["uid"].string else { return }
        for child in dependents(of: uid).sorted(by: { $0.description < $1.description }) {
            guard let found = self.object(child) else { continue }
            if hasOtherLiveOwner(found.value, than: uid) {
                dropOwner(uid, from: child)
            } else if found.value["metadata"]["deletionTimestamp"] == nil {
                discard(child, found, DeleteOptions(propagation: .background))
            }
        }
        for owner in object["metadata"]["ownerReferences"].array ?? [] {
            guard let ownerUID = owner["uid"].string, let ownerKey = self.key(uid: ownerUID),
                let found = self.object(ownerKey)?.value, found["metadata"]["deletionTimestamp"] != nil,
                (found["metadata"]["finalizers"].array ?? []).contains(.string(Finalizer.foreground))
            else { continue }
            finishForeground(ownerKey)
        }
        if key.kind == .customResourceDefinitions { kinds.unregister(definition: object) }
        if let definition = key.kind.definition {
            let owner = ObjectKey(.customResourceDefinitions, namespace: nil, name: definition.name)
            if let found = self.object(owner)?.value, found["metadata"]["deletionTimestamp"] != nil {
                removeInstances(of: owner)
            }
        }
        guard let namespace = key.namespace,
            let found = self.object(ObjectKey(.namespaces, namespace: nil, name: namespace))?.value
        else { return }
        if found["metadata"]["deletionTimestamp"] != nil {
            finishNamespace(namespace)
        } else if key.kind == .serviceAccounts || key.kind == .configMaps {
            ensureNamespaceContents(namespace)
        }
    }

    private func hasOtherLiveOwner(_ object: JSONValue, than uid: String) -> Bool {
        (object["metadata"]["ownerReferences"].array ?? []).contains { owner in
            guard let other = owner["uid"].string, other != uid else { return false }
            return key(uid: other) != nil
        }
    }

    /// Collects an object that names only owners that do not exist, as Kubernetes' garbage collector does.
    private mutating func collectIfOwnerless(_ key: ObjectKey, _ object: JSONValue) {
        let owners = object["metadata"]["ownerReferences"].array ?? []
        guard !owners.isEmpty else { return }
        let areAllAbsent = owners.allSatisfy { owner in
            guard let uid = owner["uid"].string, self.key(uid: uid) == nil else { return false }
            return kinds.serves(apiVersion: owner["apiVersion"].string ?? "", kind: owner["kind"].string ?? "")
        }
        guard areAllAbsent, let found = self.object(key) else { return }
        discard(key, found, DeleteOptions(propagation: .background))
    }

    // MARK: Namespaces and definitions

    private mutating func emptyNamespace(_ namespace: String) {
        for key in contents(of: namespace).sorted(by: { $0.description < $1.description }) {
            guard let object = object(key), object.value["metadata"]["deletionTimestamp"] == nil else { continue }
            discard(key, object, DeleteOptions(propagation: .background))
        }
        finishNamespace(namespace)
    }

    private mutating func finishNamespace(_ namespace: String) {
        let key = ObjectKey(.namespaces, namespace: nil, name: namespace)
        let left = contents(of: namespace)
        if left.isEmpty {
            rewrite(key) { object in
                let others = (object["spec"]["finalizers"].array ?? []).filter { $0.string != "kubernetes" }
                object["spec"]["finalizers"] = others.isEmpty ? nil : .array(others)
            }
            return
        }
        var holders: [String: Int] = [:]
        for object in left.compactMap({ self.object($0)?.value }) {
            for finalizer in (object["metadata"]["finalizers"].array ?? []).compactMap(\.string) {
                holders[finalizer, default: 0] += 1
            }
        }
        let conditions = NamespaceConditions.conditions(remaining: left, finalizers: holders)
        rewrite(key) { object in
            object["status"]["conditions"] = NamespaceConditions.merged(
                conditions, into: object["status"]["conditions"].array ?? [])
        }
    }

    private mutating func removeInstances(of key: ObjectKey) {
        guard let definition = object(key)?.value,
            (definition["metadata"]["finalizers"].array ?? []).contains(.string(Finalizer.definition))
        else { return }
        guard let kind = kinds.kind(definedBy: key.name) else {
            return dropFinalizer(Finalizer.definition, from: key)
        }
        for (instance, object) in objects(kind) where object.value["metadata"]["deletionTimestamp"] == nil {
            discard(instance, object, DeleteOptions(propagation: .background))
        }
        if objects(kind).isEmpty { dropFinalizer(Finalizer.definition, from: key) }
    }
}
