import KubernetesClient
import Synchronization

/// Every object of the cluster, with one growing version for all of them, and what follows from a change at once:
/// admission, quota, garbage collection, the end of a namespace.
///
/// Reads and writes take one short lock; nothing waits in it. HTTP routes and controllers use the same functions, so a
/// controller meets the same rules as a client.
final class ObjectStore: Sendable {
    private let state: Mutex<StoreState>
    /// Tells when what is written can no longer be kept.
    let loss = StoreLoss()
    /// Readers that have stopped, to be forgotten when the next one comes. They must not be forgotten at once: a task
    /// that is cancelled stops its reader while the runtime holds a lock on the task, and a change waits for that lock
    /// inside of ours when it hands itself to the task.
    private let stopped = Mutex<[Int]>([])

    /// Opens a store.
    ///
    /// - Parameter directory: where it is kept; `nil` keeps it in memory only.
    init(directory: String? = nil) throws {
        var state = StoreState()
        if let directory { try state.open(Journal(directory: directory, loss: loss)) }
        state.ensureBuiltInObjects()
        try loss.check()
        self.state = Mutex(state)
    }

    /// The version of the last write.
    var resourceVersion: Int { state.withLock { $0.resourceVersion } }

    /// Every kind served now; changes with the custom resource definitions.
    var kinds: KindRegistry { state.withLock { $0.kinds } }

    /// An object, or `nil` when it does not exist.
    func get(_ key: ObjectKey) -> JSONValue? { stored(key)?.value }

    /// An object with its encoded form.
    func stored(_ key: ObjectKey) -> StoredObject? { state.withLock { $0.object(key) } }

    /// The objects of a kind, ordered by namespace and name.
    ///
    /// - Parameters:
    ///   - namespace: only those in it; `nil` for all.
    ///   - predicate: only those that it accepts. Called outside of the lock.
    /// - Returns: the objects and the version at which they were read.
    func list(
        _ kind: ResourceKind, namespace: String? = nil, where predicate: (JSONValue) -> Bool = { _ in true }
    ) -> (items: [JSONValue], resourceVersion: Int) {
        let (objects, version) = storedList(kind, namespace: namespace)
        return (objects.map(\.object.value).filter(predicate), version)
    }

    /// The objects of a kind with their keys, ordered by namespace and name, and the version at which they were read.
    func storedList(
        _ kind: ResourceKind, namespace: String? = nil
    ) -> (items: [(key: ObjectKey, object: StoredObject)], resourceVersion: Int) {
        state.withLock { ($0.objects(kind, namespace: namespace), $0.resourceVersion) }
    }

    /// Creates an object: fills in what the server fills in, validates and admits it.
    ///
    /// - Parameters:
    ///   - namespace: where; the object's own namespace when `nil`.
    /// - Returns: the object as stored.
    @discardableResult
    func create(
        _ object: JSONValue, in kind: ResourceKind, namespace: String? = nil, options: WriteOptions = WriteOptions()
    ) throws(APIError) -> JSONValue {
        try createStored(object, in: kind, namespace: namespace, options: options).value
    }

    /// As `create`, with the encoded form.
    func createStored(
        _ object: JSONValue, in kind: ResourceKind, namespace: String?, options: WriteOptions
    ) throws(APIError) -> StoredObject {
        try kept { (state) throws(APIError) in
            try state.create(object, in: kind, namespace: namespace, options: options)
        }
    }

    /// Reads, changes and writes an object in one step.
    ///
    /// A change that leaves the object as it was writes nothing and keeps the version. A `resourceVersion` that the
    /// change sets must be the stored one, else the update is refused with a conflict.
    ///
    /// - Parameters:
    ///   - subresource: what may change: everything but the status, the status only, or the number of replicas.
    ///   - mutate: makes the change; called once, inside the lock, so it must not call the store.
    /// - Returns: the object as stored.
    @discardableResult
    func update(
        _ key: ObjectKey, subresource: Subresource = .none, options: WriteOptions = WriteOptions(),
        _ mutate: (inout JSONValue) throws(APIError) -> Void
    ) throws(APIError) -> JSONValue {
        try updateStored(key, subresource: subresource, options: options, mutate).value
    }

    /// As `update`, with the encoded form.
    func updateStored(
        _ key: ObjectKey, subresource: Subresource, options: WriteOptions,
        _ mutate: (inout JSONValue) throws(APIError) -> Void
    ) throws(APIError) -> StoredObject {
        try kept { (state) throws(APIError) in
            try state.update(key, subresource: subresource, options: options, mutate)
        }
    }

    /// Runs several reads and writes as one step.
    func transaction<Result>(
        _ body: (inout StoreState) throws(APIError) -> sending Result
    ) throws(APIError) -> sending Result {
        try kept(body)
    }

    /// Changes the state in one step.
    ///
    /// - Throws: what `change` throws, or that what it wrote cannot be kept.
    private func kept<Result>(
        _ change: (inout StoreState) throws(APIError) -> sending Result
    ) throws(APIError) -> sending Result {
        let result = try state.withLock { (state) throws(APIError) in try change(&state) }
        try loss.check()
        return result
    }

    /// Deletes an object, or marks it as being deleted while finalizers, children or a grace period hold it.
    @discardableResult
    func delete(_ key: ObjectKey, _ options: DeleteOptions = DeleteOptions()) throws(APIError) -> DeleteResult {
        try kept { (state) throws(APIError) in try state.delete(key, options) }
    }

    /// The changes of some kinds, in order, without an end until the reader stops.
    ///
    /// - Parameters:
    ///   - namespace: only objects in it; `nil` for all.
    ///   - version: changes after this version; `nil` first gives every present object as added.
    func watch(
        _ kinds: [ResourceKind], namespace: String? = nil, since version: Int? = nil
    ) throws(APIError) -> AsyncStream<StoreEvent> {
        let (events, continuation) = AsyncStream.makeStream(of: StoreEvent.self)
        let id = try state.withLock { (state) throws(APIError) in
            forgetStopped(&state)
            let added = try state.addWatcher(kinds, namespace: namespace, since: version) { signal in
                if case .event(let event) = signal { continuation.yield(event) }
                return true
            }
            for event in added.initial { continuation.yield(event) }
            return added.id
        }
        continuation.onTermination = { [weak self] _ in self?.stop(id) }
        return events
    }

    /// As `watch`, with the present objects apart from what follows, and with bookmarks.
    func subscribe(
        _ kinds: [ResourceKind], namespace: String?, since version: Int?
    ) throws(APIError) -> StoreSubscription {
        let (signals, continuation) = AsyncStream.makeStream(
            of: StoreSubscription.Signal.self, bufferingPolicy: .bufferingOldest(100_000))
        let (id, initial, current) = try state.withLock { (state) throws(APIError) in
            forgetStopped(&state)
            return try state.addWatcher(kinds, namespace: namespace, since: version) { signal in
                guard case .dropped = continuation.yield(signal) else { return true }
                // A reader that is hopelessly behind is cut off; it starts over with a list.
                continuation.finish()
                return false
            }
        }
        continuation.onTermination = { [weak self] _ in self?.stop(id) }
        return StoreSubscription(
            signals: signals, initial: initial, resourceVersion: current, end: { continuation.finish() },
            bookmark: { [weak self] in self?.state.withLock { $0.bookmark(id) } })
    }

    private func stop(_ id: Int) { stopped.withLock { $0.append(id) } }

    private func forgetStopped(_ state: inout StoreState) {
        let ids = stopped.withLock { stopped in
            defer { stopped = [] }
            return stopped
        }
        for id in ids { state.removeWatcher(id) }
    }

    /// Lets another part give out the addresses of Services; it may answer `nil` and set them itself later.
    func allocateServiceAddresses(with allocate: @escaping @Sendable () -> String?) {
        state.withLock { $0.serviceAddresses = allocate }
    }

    /// Forgets events of the cluster that are older than an hour, as Kubernetes does.
    func expireEvents(olderThan seconds: Double = 3600) {
        state.withLock { $0.expireEvents(olderThan: seconds) }
    }
}

/// A watch as the store gives it: what there is, and then what changes.
struct StoreSubscription: Sendable {
    enum Signal: Sendable {
        case event(StoreEvent)
        /// Everything up to this version was given.
        case bookmark(Int)
    }

    var signals: AsyncStream<Signal>
    /// Present objects as additions, or the changes after the version asked for.
    var initial: [StoreEvent]
    /// The version to which `initial` leads.
    var resourceVersion: Int
    /// Ends `signals`.
    var end: @Sendable () -> Void
    /// Puts a bookmark among `signals`.
    var bookmark: @Sendable () -> Void
}

/// How a write is to be done.
struct WriteOptions: Sendable {
    /// Goes through every check, then stores nothing.
    var isDryRun = false
    /// Who writes, to be recorded in `metadata.managedFields`; `nil` records nothing.
    var manager: FieldManager?
    /// Whether ServiceAccount, LimitRange and quota rules apply; off only for the cluster's own first objects.
    var isAdmitted = true
}

/// Who writes, and how.
struct FieldManager: Sendable, Hashable {
    enum Operation: String, Sendable {
        case update = "Update"
        case apply = "Apply"
    }

    var name: String
    var operation = Operation.update
    var apiVersion = ""
    var subresource = ""
}
