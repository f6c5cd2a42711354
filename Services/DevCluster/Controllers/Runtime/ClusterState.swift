import KubernetesClient

/// The cluster's objects as controllers use them: by resource, namespace and name, through the same rules as clients.
struct ClusterState: Sendable {
    let store: ObjectStore

    init(_ store: ObjectStore) {
        self.store = store
    }

    /// An object, or `nil` when it does not exist.
    func get(_ resource: Resource, _ namespace: String?, _ name: String) -> JSONValue? {
        key(resource, namespace, name).flatMap { store.get($0) }
    }

    /// The objects of a resource; in one namespace, or in all when it is `nil`.
    func list(_ resource: Resource, _ namespace: String? = nil) -> [JSONValue] {
        guard let kind = store.kinds.kind(group: resource.group, plural: resource.plural) else { return [] }
        return store.list(kind, namespace: namespace).items
    }

    @discardableResult
    func create(_ resource: Resource, _ object: JSONValue) throws(APIError) -> JSONValue {
        guard let kind = store.kinds.kind(group: resource.group, plural: resource.plural) else {
            throw .resourceNotFound
        }
        return try store.create(object, in: kind)
    }

    /// Creates an object unless it is there already. Returns whether it was created.
    @discardableResult
    func ensure(_ resource: Resource, _ object: JSONValue) throws(APIError) -> Bool {
        if get(resource, object.namespace, object.name) != nil { return false }
        try create(resource, object)
        return true
    }

    /// Reads, changes and writes an object in one step. A change that changes nothing writes nothing.
    @discardableResult
    func update(
        _ resource: Resource, _ namespace: String?, _ name: String, _ subresource: Subresource = .none,
        _ mutate: (inout JSONValue) -> Void
    ) throws(APIError) -> JSONValue {
        guard let key = key(resource, namespace, name) else { throw .resourceNotFound }
        return try store.update(key, subresource: subresource) { (object) throws(APIError) in mutate(&object) }
    }

    /// Deletes an object; one that does not exist is no error.
    func delete(
        _ resource: Resource, _ namespace: String?, _ name: String, _ options: DeleteOptions = DeleteOptions()
    ) throws(APIError) {
        guard let key = key(resource, namespace, name) else { return }
        do {
            try store.delete(key, options)
        } catch {
            guard error.code == 404 else { throw error }
        }
    }

    /// The changes of a resource; what there is already comes first, as added.
    func changes(_ resource: Resource) -> AsyncStream<StoreEvent> {
        guard let kind = store.kinds.kind(group: resource.group, plural: resource.plural),
            let stream = try? store.watch([kind])  // Fails only for a version that is too old; none is given.
        else { return AsyncStream { $0.finish() } }
        return stream
    }

    private func key(_ resource: Resource, _ namespace: String?, _ name: String) -> ObjectKey? {
        store.kinds.kind(group: resource.group, plural: resource.plural).map {
            ObjectKey($0, namespace: namespace, name: name)
        }
    }
}
