/// The last changes, so that a watch can go on from an earlier version.
struct EventHistory {
    private var events: [StoreEvent] = []
    private var start = 0
    /// The version before the first change that is still known.
    private(set) var oldest = 0
    /// How many changes are kept.
    var capacity = 20_000

    /// Nothing before this version is known.
    mutating func start(at version: Int) {
        oldest = version
        events = []
        start = 0
    }

    mutating func append(_ event: StoreEvent) {
        events.append(event)
        guard events.count - start > capacity else { return }
        oldest = events[start].resourceVersion
        start += 1
        if start >= capacity {
            events.removeFirst(start)
            start = 0
        }
    }

    /// The changes after a version; `nil` when some of them are forgotten.
    func events(after version: Int, current: Int) -> ArraySlice<StoreEvent>? {
        guard version >= oldest else { return nil }
        var low = start
        var high = events.count
        while low < high {
            let middle = (low + high) / 2
            if events[middle].resourceVersion <= version { low = middle + 1 } else { high = middle }
        }
        return events[low...]
    }
}
