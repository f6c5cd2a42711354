import Synchronization

/// Where connections and handlers note how they are, for ``MessageBus/health``.
final class HealthBoard: Sendable {
    private struct State {
        var publisher = MessageBusHealth.Connection.stopped
        var consumers: [UInt64: (queue: String, connection: MessageBusHealth.Connection)] = [:]
        var lastConsumer: UInt64 = 0
        var oldestUnconfirmed: ContinuousClock.Instant?
        var handlers: [UInt64: ContinuousClock.Instant] = [:]
        var lastHandler: UInt64 = 0
    }

    private let state = Mutex(State())

    func publisher(_ connection: MessageBusHealth.Connection) {
        state.withLock { $0.publisher = connection }
    }

    /// A new entry for a consumer of a queue, which has not been started.
    func consumer(of queue: String) -> Consumer {
        state.withLock {
            $0.lastConsumer += 1
            $0.consumers[$0.lastConsumer] = (queue, .stopped)
            return Consumer(board: self, id: $0.lastConsumer, queue: queue)
        }
    }

    /// A consumer's entry, which goes when the consumer does: one that is gone keeps no service from being ready.
    final class Consumer: Sendable {
        private let board: HealthBoard
        private let id: UInt64
        private let queue: String

        fileprivate init(board: HealthBoard, id: UInt64, queue: String) {
            self.board = board
            self.id = id
            self.queue = queue
        }

        deinit { board.state.withLock { _ = $0.consumers.removeValue(forKey: id) } }

        func note(_ connection: MessageBusHealth.Connection) {
            board.state.withLock { $0.consumers[id] = (queue, connection) }
        }
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
                publisher: $0.publisher,
                // Of two of the same queue, one that is not ready counts.
                consumers: Dictionary($0.consumers.values.map { ($0.queue, $0.connection) }) { $0 == .ready ? $1 : $0 },
                oldestUnconfirmed: $0.oldestUnconfirmed.map { $0.duration(to: now) },
                oldestHandler: $0.handlers.values.min().map { $0.duration(to: now) })
        }
    }
}
