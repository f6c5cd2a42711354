import KubernetesClient

/// What the store's lock protects: the objects, the indexes over them, and who watches.
struct StoreState: ~Copyable {
    private(set) var resourceVersion = 1
    var kinds = KindRegistry()
    private var tables: [ResourceKind: [String: [String: StoredObject]]] = [:]
    private var keysByUID: [String: ObjectKey] = [:]
    /// Objects by the uid of an owner that they name.
    private var dependents: [String: Set<ObjectKey>] = [:]
    private var history = EventHistory()
    private var watchers: [Int: Watcher] = [:]
    private var watchersByKind: [ResourceKind: Set<Int>] = [:]
    private var nextWatcher = 0
    private var journal: Journal?
    /// What has to follow from the writes of the running operation.
    var consequences: [Consequence] = []
    /// Namespaces whose quotas are to be counted again.
    var namespacesToCount: Set<String> = []

    struct Watcher {
        var kinds: [ResourceKind]
        var namespace: String?
        /// Hands a signal on; false when the reader is gone.
        var send: @Sendable (StoreSubscription.Signal) -> Bool
    }

    // MARK: Reading

    func object(_ key: ObjectKey) -> StoredObject? { tables[key.kind]?[key.namespace ?? ""]?[key.name] }

    func key(uid: String) -> ObjectKey? { keysByUID[uid] }

    func dependents(of uid: String) -> Set<ObjectKey> { dependents[uid] ?? [] }

    func objects(_ kind: ResourceKind, namespace: String? = nil) -> [(key: ObjectKey, object: StoredObject)] {
        guard let table = tables[kind] else { return [] }
        let namespaces = namespace.map { [$0] } ?? table.keys.sorted()
        var found: [(key: ObjectKey, object: StoredObject)] = []
        for namespace in namespaces {
            guard let rows = table[namespace] else { continue }
            found.reserveCapacity(found.count + rows.count)
            for (name, object) in rows.sorted(by: { $0.key < $1.key }) {
                found.append((ObjectKey(kind, namespace: namespace, name: name), object))
            }
        }
        return found
    }

    func count(_ kind: ResourceKind, namespace: String) -> Int { tables[kind]?[namespace]?.count ?? 0 }

    /// Every object in a namespace, of any kind.
    func contents(of namespace: String) -> [ObjectKey] {
        var keys: [ObjectKey] = []
        for (kind, table) in tables where kind.isNamespaced {
            guard let rows = table[namespace] else { continue }
            keys += rows.keys.map { ObjectKey(kind, namespace: namespace, name: $0) }
        }
        return keys
    }

    // MARK: Writing

    /// Stores a new version of an object and tells the watchers. The only way by which an object changes.
    @discardableResult
    mutating func put(_ value: consuming JSONValue, at key: ObjectKey) -> StoredObject {
        let previous = object(key)
        resourceVersion += 1
        value["metadata"]["resourceVersion"] = .string(String(resourceVersion))
        let stored = StoredObject(value, resourceVersion: resourceVersion)
        place(stored, at: key, replacing: previous)
        publish(StoreEvent(type: previous == nil ? .added : .modified, key: key, stored: stored, previous: previous))
        if previous == nil { consequences.append(.created(key)) }
        noteForQuota(key)
        if key.kind == .customResourceDefinitions { kinds.register(definition: stored.value) }
        return stored
    }

    /// Removes an object and tells the watchers; what it held follows as a consequence.
    @discardableResult
    mutating func remove(_ key: ObjectKey) -> StoredObject? {
        guard let previous = object(key) else { return nil }
        resourceVersion += 1
        var value = previous.value
        value["metadata"]["resourceVersion"] = .string(String(resourceVersion))
        let stored = StoredObject(value, resourceVersion: resourceVersion)
        unplace(previous, at: key)
        publish(StoreEvent(type: .deleted, key: key, stored: stored, previous: previous))
        consequences.append(.removed(key, previous.value))
        noteForQuota(key)
        return previous
    }

    private mutating func place(_ stored: StoredObject, at key: ObjectKey, replacing previous: StoredObject?) {
        if let previous { unindex(previous, at: key) }
        tables[key.kind, default: [:]][key.namespace ?? "", default: [:]][key.name] = stored
        let metadata = stored.value["metadata"]
        if let uid = metadata["uid"].string { keysByUID[uid] = key }
        for owner in metadata["ownerReferences"].array ?? [] {
            if let uid = owner["uid"].string { dependents[uid, default: []].insert(key) }
        }
    }

    private mutating func unplace(_ stored: StoredObject, at key: ObjectKey) {
        unindex(stored, at: key)
        let namespace = key.namespace ?? ""
        tables[key.kind]?[namespace]?[key.name] = nil
        if tables[key.kind]?[namespace]?.isEmpty == true { tables[key.kind]?[namespace] = nil }
    }

    private mutating func unindex(_ stored: StoredObject, at key: ObjectKey) {
        let metadata = stored.value["metadata"]
        if let uid = metadata["uid"].string { keysByUID[uid] = nil }
        for owner in metadata["ownerReferences"].array ?? [] {
            guard let uid = owner["uid"].string else { continue }
            dependents[uid]?.remove(key)
            if dependents[uid]?.isEmpty == true { dependents[uid] = nil }
        }
    }

    private mutating func publish(_ event: StoreEvent) {
        record(event)
        history.append(event)
        for id in watchersByKind[event.key.kind] ?? [] {
            guard let watcher = watchers[id] else { continue }
            if let namespace = watcher.namespace, namespace != event.key.namespace { continue }
            _ = watcher.send(.event(event))
        }
    }

    // MARK: Watching

    mutating func addWatcher(
        _ kinds: [ResourceKind], namespace: String?, since version: Int?,
        _ send: @escaping @Sendable (StoreSubscription.Signal) -> Bool
    ) throws(APIError) -> (id: Int, initial: [StoreEvent], resourceVersion: Int) {
        var initial: [StoreEvent] = []
        if let version {
            guard let missed = history.events(after: version, current: resourceVersion) else {
                throw .expired("too old resource version: \(version) (\(history.oldest))")
            }
            initial = missed.filter { event in
                kinds.contains(event.key.kind) && (namespace == nil || namespace == event.key.namespace)
            }
        } else {
            for kind in kinds {
                initial += objects(kind, namespace: namespace).map {
                    StoreEvent(type: .added, key: $0.key, stored: $0.object, previous: nil)
                }
            }
        }
        nextWatcher += 1
        watchers[nextWatcher] = Watcher(kinds: kinds, namespace: namespace, send: send)
        for kind in kinds { watchersByKind[kind, default: []].insert(nextWatcher) }
        return (nextWatcher, initial, resourceVersion)
    }

    func bookmark(_ id: Int) { _ = watchers[id]?.send(.bookmark(resourceVersion)) }

    mutating func removeWatcher(_ id: Int) {
        guard let watcher = watchers.removeValue(forKey: id) else { return }
        for kind in watcher.kinds { watchersByKind[kind]?.remove(id) }
    }

    // MARK: Keeping

    /// Reads everything back and keeps the journal for what follows.
    mutating func open(_ opened: consuming Journal) throws {
        var latest: [String: Journal.Record] = [:]
        var newest = resourceVersion
        try opened.load { record in
            newest = max(newest, record.resourceVersion)
            guard !record.plural.isEmpty else { return }
            let place = "\(record.group)/\(record.plural)\t\(record.namespace)\t\(record.name)"
            latest[place] = record.isDeletion ? nil : record
        }
        resourceVersion = newest
        // Definitions first: they name the kinds of the rest.
        let ordered = latest.values.sorted { left, right in
            let definitions = ResourceKind.customResourceDefinitions.plural
            return left.plural == definitions && right.plural != definitions
        }
        for record in ordered {
            guard let kind = kinds.kind(group: record.group, plural: record.plural) else { continue }
            let value = try JSONValue(parsing: record.object)
            let key = ObjectKey(kind, namespace: record.namespace, name: record.name)
            let stored = StoredObject(
                value, encoded: Array(record.object), resourceVersion: record.resourceVersion)
            place(stored, at: key, replacing: nil)
            if kind == .customResourceDefinitions { kinds.register(definition: value) }
        }
        history.start(at: newest)
        journal = consume opened
    }

    private mutating func record(_ event: StoreEvent) {
        guard journal != nil else { return }
        journal?.append(event)
        guard let size = journal?.journalBytes, size > compactionThreshold else { return }
        var all: [(key: ObjectKey, object: StoredObject)] = []
        for kind in tables.keys { all += objects(kind) }
        journal?.compact(all, resourceVersion: resourceVersion)
        compactionThreshold = max(32 << 20, 4 * all.reduce(0) { $0 + $1.object.encoded.count })
    }

    private var compactionThreshold = 32 << 20

    // MARK: Addresses

    /// Gives out addresses for Services; where nothing runs behind them, they need only differ.
    var serviceAddresses: (@Sendable () -> String?)?

    func allocateServiceAddress() -> String? {
        if let serviceAddresses { return serviceAddresses() }
        let used = Set(objects(.services).compactMap { $0.object.value["spec"]["clusterIP"].string })
        for index in 256..<65_000 {
            let address = "127.96.\(index / 256).\(index % 256)"
            if index % 256 != 0, index % 256 != 255, !used.contains(address) { return address }
        }
        return nil
    }
}
