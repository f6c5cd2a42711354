import Synchronization

/// Wakes one waiter, also one that begins to wait after the signal.
public final class WakeSignal: Sendable {
    private struct State {
        var isSet = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Creates a signal that is not set.
    public init() {}

    /// Wakes the waiter, or the next one.
    public func set() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let waiter = state.waiter.take() else {
                state.isSet = true
                return nil
            }
            return waiter
        }
        waiter?.resume()
    }

    /// Waits for the signal, the instant, or cancellation of the task, whichever comes first.
    public func wait(until instant: ContinuousClock.Instant?) async {
        guard let instant else { return await wait() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            // Ends early only by cancellation, which the group asks for once the signal came.
            group.addTask { try? await Task.sleep(until: instant, clock: .continuous) }
            await group.next()
            group.cancelAll()
        }
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isSet || Task.isCancelled {
                        state.isSet = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiter.take() }?.resume()
        }
    }
}

/// Limits how many things go on at once.
final class WorkSlots: Sendable {
    private let free: Mutex<Int>
    private let freed = WakeSignal()

    init(_ count: Int) {
        free = Mutex(count)
    }

    /// Waits for a slot, or for cancellation of the task. For one waiting task.
    func take() async {
        while !Task.isCancelled {
            let isTaken = free.withLock { free in
                guard free > 0 else { return false }
                free -= 1
                return true
            }
            if isTaken { return }
            await freed.wait(until: nil)
        }
    }

    func give() {
        free.withLock { $0 += 1 }
        freed.set()
    }
}
