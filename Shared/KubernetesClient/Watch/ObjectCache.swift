import Synchronization

/// A local copy of a set of objects, kept up to date by a watch: reading it costs no request.
///
///     let pods = ObjectCache(client.watch(.pods, labels: ["app.kubernetes.io/managed-by": "understudy"]))
///     async let _ = pods.run()
///     for await change in pods.changes() { … }
///
/// What it holds may be a moment behind the cluster; decide on it, but let conditions of writes guard what must not race.
public final class ObjectCache<Item: Sendable>: Sendable {
    /// Names an object within its type.
    public struct Key: Sendable, Hashable, CustomStringConvertible {
        /// The namespace, where the type lives in namespaces.
        public var namespace: String?
        /// The name.
        public var name: String

        /// A key.
        public init(namespace: String?, name: String) {
            self.namespace = namespace
            self.name = name
        }

        /// Such as `shop/orders`.
        public var description: String { (namespace.map { "\($0)/" } ?? "") + name }
    }

    /// What happened to an object.
    public enum Change: Sendable {
        /// It is there, new or changed. `previous` is how it was, as far as that was known.
        case present(Item, previous: Item?)
        /// It is gone. This is how it was last.
        case gone(Item)
        /// Everything that was there at the start has been told.
        case synchronized
    }

    private struct State {
        var items: [Key: Item] = [:]
        var isSynchronized = false
        var subscribers: [UInt64: AsyncStream<Change>.Continuation] = [:]
        var nextSubscriber: UInt64 = 0
        var isFinished = false

        func tell(_ change: Change) {
            for continuation in subscribers.values { continuation.yield(change) }
        }
    }

    private let watch: WatchSequence<Item>
    private let key: @Sendable (Item) -> Key
    private let version: @Sendable (Item) -> String?
    private let state = Mutex(State())
    /// Subscribers that have stopped, to be forgotten when the next one comes. They must not be forgotten at once: a task
    /// that is cancelled stops its stream while the runtime holds a lock on the task, and a change waits for that lock
    /// inside of ours when it wakes the task.
    private let stopped = Mutex<[UInt64]>([])

    private init(
        _ watch: WatchSequence<Item>, key: @escaping @Sendable (Item) -> Key,
        version: @escaping @Sendable (Item) -> String?
    ) {
        self.watch = watch
        self.key = key
        self.version = version
    }

    /// Follows the watch until the task is cancelled. Has to run for the cache to hold anything.
    ///
    /// Throws what the watch throws: `CancellationError`, or `KubernetesError` where the first list cannot succeed.
    public func run() async throws {
        defer { finish() }
        for try await event in watch {
            switch event {
            case .initial(let items), .relisted(let items): replace(with: items)
            case .added(let item), .modified(let item): set(item)
            case .deleted(let item): remove(item)
            }
        }
    }

    /// Whether the first list has been read.
    public var isSynchronized: Bool { state.withLock { $0.isSynchronized } }

    /// All objects, in no particular order.
    public var items: [Item] { state.withLock { Array($0.items.values) } }

    /// The object of a name, or `nil` where there is none.
    public subscript(namespace: String?, name: String) -> Item? {
        let key = Key(namespace: namespace, name: name)
        return state.withLock { $0.items[key] }
    }

    /// The objects for which the condition holds.
    public func items(where isWanted: (Item) throws -> Bool) rethrows -> [Item] {
        try items.filter(isWanted)
    }

    /// What happens from now on, after everything that is there already (as `present`), so that nothing is missed. Ends
    /// with `run`. A slow reader holds changes in memory.
    public func changes() -> AsyncStream<Change> {
        let (stream, continuation) = AsyncStream.makeStream(of: Change.self)
        let id: UInt64? = state.withLock { state in
            forgetStopped(&state)
            for item in state.items.values { continuation.yield(.present(item, previous: nil)) }
            if state.isSynchronized { continuation.yield(.synchronized) }
            guard !state.isFinished else {
                continuation.finish()
                return nil
            }
            state.nextSubscriber += 1
            state.subscribers[state.nextSubscriber] = continuation
            return state.nextSubscriber
        }
        if let id {
            continuation.onTermination = { [weak self] _ in self?.stopped.withLock { $0.append(id) } }
        }
        return stream
    }

    /// Waits until the first list has been read, or `run` has ended; says which.
    public func waitUntilSynchronized() async -> Bool {
        for await change in changes() {
            if case .synchronized = change { return true }
        }
        return isSynchronized
    }
}

extension ObjectCache {
    private func replace(with items: [Item]) {
        state.withLock { state in
            var gone = state.items
            for item in items {
                let key = key(item)
                let previous = gone.removeValue(forKey: key)
                state.items[key] = item
                if let previous, let before = version(previous), before == version(item) { continue }
                state.tell(.present(item, previous: previous))
            }
            for (key, item) in gone {
                state.items[key] = nil
                state.tell(.gone(item))
            }
            if !state.isSynchronized {
                state.isSynchronized = true
                state.tell(.synchronized)
            }
        }
    }

    private func set(_ item: Item) {
        let key = key(item)
        state.withLock { state in
            let previous = state.items.updateValue(item, forKey: key)
            state.tell(.present(item, previous: previous))
        }
    }

    private func remove(_ item: Item) {
        let key = key(item)
        state.withLock { state in
            state.items[key] = nil
            state.tell(.gone(item))
        }
    }

    private func finish() {
        let subscribers = state.withLock { state in
            state.isFinished = true
            defer { state.subscribers = [:] }
            return state.subscribers
        }
        for continuation in subscribers.values { continuation.finish() }
    }

    private func forgetStopped(_ state: inout State) {
        let ids = stopped.withLock { stopped in
            defer { stopped = [] }
            return stopped
        }
        for id in ids { state.subscribers[id] = nil }
    }
}

extension ObjectCache where Item == KubernetesObject {
    /// A cache of any objects.
    public convenience init(_ watch: WatchSequence<KubernetesObject>) {
        self.init(watch, key: { Key(namespace: $0.namespace, name: $0.name) }, version: { $0.resourceVersion })
    }
}

extension ObjectCache where Item: KubernetesResource {
    /// A cache of typed models.
    public convenience init(_ watch: WatchSequence<Item>) {
        self.init(
            watch, key: { Key(namespace: $0.metadata.namespace, name: $0.metadata.name) },
            version: { $0.metadata.resourceVersion })
    }
}
