import Synchronization

/// Where connections and handlers note how they are, for ``MessageBus/health``.
final class HealthBoard: Sendable {
    private struct State {
        var publisher = MessageBusHealth.Connection.stopped
        var consumers: [String: MessageBusHealth.Connection] = [:]
        var oldestUnconfirmed: ContinuousClock.Instant?
        var handlers: [UInt64: ContinuousClock.Instant] = [:]
        var lastHandler: UInt64 = 0
    }

    private let state = Mutex(State())

    func publisher(_ connection: MessageBusHealth.Connection) {
        state.withLock { $0.publisher = connection }
    }

    func consumer(of queue: String, _ connection: MessageBusHealth.Connection) {
        state.withLock { $0.consumers[queue] = connection }
    }

    func oldestUnconfirmed(since instant: ContinuousClock.Instant?) {
        state.withLock { $0.oldestUnconfirmed = instant }
    }

    /// A handler began. Returns what to call ``handlerEnded(_:)`` with.
    func handlerBegan(at now: ContinuousClock.Instant) -> UInt64 {
        state.withLock {
            $0.lastHandler += 1
            $0.handlers[$0.lastHandler] = now
            return $0.lastHandler
        }
    }

    func handlerEnded(_ handler: UInt64) {
        state.withLock { _ = $0.handlers.removeValue(forKey: handler) }
    }

    var health: MessageBusHealth {
        let now = ContinuousClock.now
        return state.withLock {
            MessageBusHealth(
                publisher: $0.publisher, consumers: $0.consumers,
                oldestUnconfirmed: $0.oldestUnconfirmed.map { $0.duration(to: now) },
                oldestHandler: $0.handlers.values.min().map { $0.duration(to: now) })
        }
    }
}
