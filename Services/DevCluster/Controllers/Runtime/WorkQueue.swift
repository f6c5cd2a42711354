import Dispatch
import Synchronization

/// Names of objects that need a look, each at most once, never handed to two workers at a time.
///
/// A name that is added while it is worked on is handed out again afterwards, so no change is missed. Failures are
/// repeated with growing delays.
final class WorkQueue: Sendable {
    private struct State {
        var waiting: [ObjectName] = []
        var dirty: Set<ObjectName> = []
        var active: Set<ObjectName> = []
        var failures: [ObjectName: Int] = [:]
        var takers: [CheckedContinuation<ObjectName?, Never>] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let firstDelay: Duration
    private let longestDelay: Duration

    init(firstDelay: Duration = .milliseconds(20), longestDelay: Duration = .seconds(10)) {
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
    }

    /// Asks for a look at an object.
    func add(_ name: ObjectName) {
        let handOver = state.withLock { state -> (CheckedContinuation<ObjectName?, Never>, ObjectName)? in
            guard !state.isClosed, state.dirty.insert(name).inserted, !state.active.contains(name) else { return nil }
            guard let taker = state.takers.popLast() else {
                state.waiting.append(name)
                return nil
            }
            state.dirty.remove(name)
            state.active.insert(name)
            return (taker, name)
        }
        handOver?.0.resume(returning: handOver?.1)
    }

    /// Asks for a look after a delay.
    func add(_ name: ObjectName, after delay: Duration) {
        let nanoseconds = Int(delay / .nanoseconds(1))
        DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { self.add(name) }
    }

    /// The next object to look at; `nil` once the queue is closed.
    func next() async -> ObjectName? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> ObjectName?? in
                    if state.isClosed { return .some(nil) }
                    guard !state.waiting.isEmpty else {
                        state.takers.append(continuation)
                        return .none
                    }
                    let name = state.waiting.removeFirst()
                    state.dirty.remove(name)
                    state.active.insert(name)
                    return .some(name)
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            close()
        }
    }

    /// Says that a look ended well.
    func succeeded(_ name: ObjectName) {
        finish(name) { $0.failures[name] = nil }
    }

    /// Says that a look failed; it is repeated after a delay, which is returned.
    @discardableResult
    func failed(_ name: ObjectName) -> Duration {
        var delay = firstDelay
        finish(name) { state in
            let count = state.failures[name, default: 0]
            state.failures[name] = count + 1
            delay = min(longestDelay, firstDelay * (1 << min(count, 16)))
        }
        add(name, after: delay)
        return delay
    }

    /// Ends every wait.
    func close() {
        let takers = state.withLock { state in
            state.isClosed = true
            defer { state.takers = [] }
            return state.takers
        }
        for taker in takers { taker.resume(returning: nil) }
    }

    private func finish(_ name: ObjectName, _ change: (inout State) -> Void) {
        let again = state.withLock { state -> Bool in
            change(&state)
            state.active.remove(name)
            return state.dirty.remove(name) != nil
        }
        if again { add(name) }
    }
}
