import Synchronization

/// Which keys are due when; hands each out to one worker at a time.
final class ReconcileSchedule<Key: Hashable & Sendable>: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct State {
        var due: [Key: Instant] = [:]
        /// Every due time with its key, earliest on top; entries that `due` does not confirm are stale.
        var heap = DueHeap<Key>()
        var active: Set<Key> = []
        var growth: [Key: Int] = [:]
    }

    private let state = Mutex(State())
    private let delays: ClosedRange<Duration>
    private let changed = WakeSignal()

    init(delays: ClosedRange<Duration>) {
        self.delays = delays
    }

    var count: Int { state.withLock { $0.due.count + $0.active.subtracting($0.due.keys).count } }

    /// Asks for a key at an instant, or earlier where it is due earlier already.
    func request(_ key: Key, at instant: Instant) {
        state.withLock { state in
            if instant <= .now { state.growth[key] = nil }
            Self.enqueue(key, at: instant, &state)
        }
        changed.set()
    }

    /// Waits for a key to be due; `nil` when the task is cancelled.
    func next() async -> Key? {
        while !Task.isCancelled {
            let found: Either = state.withLock { state in
                while let (instant, key) = state.heap.first {
                    guard state.due[key] == instant, !state.active.contains(key) else {
                        state.heap.removeFirst()
                        continue
                    }
                    guard instant <= .now else { return .wait(until: instant) }
                    state.heap.removeFirst()
                    state.due[key] = nil
                    state.active.insert(key)
                    return .key(key)
                }
                return .wait(until: nil)
            }
            switch found {
            case .key(let key): return key
            case .wait(let instant): await changed.wait(until: instant)
            }
        }
        return nil
    }

    /// Says that the work on a key ended. A request that came meanwhile wins where it is earlier.
    func finish(_ key: Key, _ revisit: Revisit) {
        state.withLock { state in
            state.active.remove(key)
            switch revisit {
            case .whenAsked:
                state.growth[key] = nil
            case .after(let delay):
                state.growth[key] = nil
                Self.enqueue(key, at: .now + delay, &state)
            case .growing:
                let count = state.growth[key, default: 0]
                state.growth[key] = count + 1
                Self.enqueue(key, at: .now + delay(after: count), &state)
            }
            // What was asked for while the key was worked on is no longer on the heap.
            if let instant = state.due[key] { state.heap.insert(instant, key) }
        }
        changed.set()
    }

    /// The delay before the attempt that follows `count` others: doubled each time.
    func delay(after count: Int) -> Duration {
        min(delays.upperBound, delays.lowerBound * (1 << min(count, 20)))
    }

    private static func enqueue(_ key: Key, at instant: Instant, _ state: inout State) {
        if let known = state.due[key], known <= instant { return }
        state.due[key] = instant
        if !state.active.contains(key) { state.heap.insert(instant, key) }
    }

    private enum Either {
        case key(Key)
        case wait(until: Instant?)
    }
}

/// A binary heap of keys by the time at which they are due.
struct DueHeap<Key> {
    typealias Entry = (instant: ContinuousClock.Instant, key: Key)
    private var entries: [Entry] = []

    var first: Entry? { entries.first }

    mutating func insert(_ instant: ContinuousClock.Instant, _ key: Key) {
        entries.append((instant, key))
        var child = entries.count - 1
        while child > 0, entries[child].instant < entries[(child - 1) / 2].instant {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeFirst() {
        guard let last = entries.popLast(), !entries.isEmpty else { return }
        entries[0] = last
        var parent = 0
        while true {
            let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < entries.count }
            guard let least = children.min(by: { entries[$0].instant < entries[$1].instant }),
                entries[least].instant < entries[parent].instant
            else { return }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
