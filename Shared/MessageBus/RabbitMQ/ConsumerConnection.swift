import Foundation
import Logging
import Synchronization

/// The connection that consumes one queue.
///
/// An actor on a thread of its own. Handlers run elsewhere and leave their decisions in a mailbox, so heartbeats go on
/// whatever handlers do, and one turn of the loop sends many decisions as few methods.
actor ConsumerConnection {
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private struct Mailbox {
        var decisions: [(tag: UInt64, epoch: UInt64, settlement: Settlement)] = []
        var isQueueMissing = false
        var mayEnd = false
    }

    private nonisolated let thread: ConnectionThread
    private nonisolated let mailbox = Mutex(Mailbox())
    private nonisolated let stopping = Atomic<Bool>(false)
    /// Counts connections. A delivery of another epoch than this belongs to a connection that is gone.
    private nonisolated let epoch = Atomic<UInt64>(0)
    private let topology: QueueTopology
    private let configuration: RabbitMQConfiguration
    private let name: String
    private let health: HealthBoard.Consumer
    private let logger: Logger
    private let watchdog: SocketWatchdog

    private var ledger = SettlementLedger()
    private var isConsuming = false

    init(
        service: String, topology: QueueTopology, configuration: RabbitMQConfiguration, board: HealthBoard,
        logger: Logger
    ) {
        name = "\(service) consumer of \(topology.queue)"
        self.topology = topology
        self.configuration = configuration
        health = board.consumer(of: topology.queue)
        self.logger = logger
        thread = ConnectionThread(name: "amqp-consumer")
        watchdog = SocketWatchdog(thread: thread, limit: configuration.heartbeat * 2)
    }

    /// Connects and consumes until ``stopConsuming()`` (then finishes `deliveries`) and ``finish()`` (then returns).
    func run(_ deliveries: AsyncStream<[Delivery]>.Continuation) async {
        var policy = ReconnectPolicy(delay: configuration.reconnectDelay)
        var lastError: String?
        while !isStopping {
            health.note(.connecting(lastError: lastError))
            do throws(AMQPFailure) {
                let session = try AMQPSession.open(configuration, name: name)
                try setUp(session)
                policy.connected(at: .now)
                health.note(.ready)
                logger.info("Connected to RabbitMQ", metadata: ["rabbitmq.connection": "\(topology.queue)"])
                watchdog.arm(session.socket)
                defer { watchdog.disarm() }
                try await serve(session, deliveries)
                session.close()
            } catch {
                lastError = error.description
                // From now on nothing delivered by that connection is begun or settled.
                epoch.add(1, ordering: .relaxed)
                BusMetrics.connectionFailed(role: topology.queue)
                logger.warning(
                    "Lost the connection to RabbitMQ",
                    metadata: ["rabbitmq.connection": "\(topology.queue)", "error": "\(error)"])
                await pause(policy.failed(at: .now))
            }
        }
        deliveries.finish()
        health.note(.stopped)
    }
}

// What handlers and the consumer call, from anywhere.
extension ConsumerConnection {
    /// Leaves a decision about a delivery. One about a delivery of a lost connection is ignored.
    nonisolated func settle(_ delivery: Delivery, _ settlement: Settlement) {
        let isFirst = mailbox.withLock {
            $0.decisions.append((delivery.tag, delivery.epoch, settlement))
            return $0.decisions.count == 1
        }
        if isFirst { thread.wake() }
    }

    /// Whether the connection that a delivery came by is still there.
    nonisolated func isCurrent(_ delivery: Delivery) -> Bool { delivery.epoch == epoch.load(ordering: .relaxed) }

    /// Whether nothing more is to be begun.
    nonisolated var isStopping: Bool { stopping.load(ordering: .relaxed) }

    /// Takes no more deliveries; decisions about those held are still sent.
    nonisolated func stopConsuming() {
        stopping.store(true, ordering: .relaxed)
        thread.wake()
    }

    /// Sends the decisions that were left, and ends the connection.
    nonisolated func finish() {
        mailbox.withLock { $0.mayEnd = true }
        stopConsuming()
    }

    /// Declares the queues anew, because one of them was found missing. Held deliveries are delivered again.
    nonisolated func queueIsMissing() {
        mailbox.withLock { $0.isQueueMissing = true }
        thread.wake()
    }
}

// The loop.
extension ConsumerConnection {
    private static let consumerTag = "understudy"
    /// How many deliveries are handed over at once, at most.
    private static let handover = 64

    private func setUp(_ session: AMQPSession) throws(AMQPFailure) {
        if configuration.declaresTopology {
            for exchange in MessageExchange.allCases { try session.declareTopicExchange(exchange.rawValue) }
            for queue in topology.declarations { try session.declareQueue(queue) }
            for (exchange, keys) in topology.bindings {
                for key in keys { try session.bind(topology.queue, to: exchange.rawValue, key) }
            }
        }
        ledger = SettlementLedger()
        epoch.add(1, ordering: .relaxed)
        mailbox.withLock {
            $0.decisions.removeAll()
            $0.isQueueMissing = false
        }
        try session.limitDeliveries(to: configuration.prefetch)
        try session.consume(topology.queue, consumerTag: Self.consumerTag)
        isConsuming = true
    }

    private func serve(
        _ session: AMQPSession, _ deliveries: AsyncStream<[Delivery]>.Continuation
    ) async throws(AMQPFailure) {
        while true {
            try drain(session, deliveries)
            let mayEnd = try settleDecided(session)
            if isStopping, isConsuming {
                isConsuming = false
                try session.cancelConsumer(Self.consumerTag)
                try drain(session, deliveries)
                deliveries.finish()
            }
            if mayEnd { return }
            await park(session.socket, until: .now + configuration.heartbeat / 4)
        }
    }

    private func drain(
        _ session: AMQPSession, _ deliveries: AsyncStream<[Delivery]>.Continuation
    ) throws(AMQPFailure) {
        let epoch = epoch.load(ordering: .relaxed)
        var batch: [Delivery] = []
        while let event = try session.nextEvent() {
            switch event {
            case .delivery(var delivery):
                delivery.epoch = epoch
                ledger.delivered(delivery.tag)
                batch.append(delivery)
                if batch.count == Self.handover {
                    deliveries.yield(batch)
                    batch.removeAll(keepingCapacity: true)
                }
            case .consumerCancelled:
                throw .consumerCancelled
            case .acknowledged, .refused, .returned, .blocked, .unblocked:
                break
            }
        }
        if !batch.isEmpty { deliveries.yield(batch) }
    }

    /// Sends what was decided. Returns whether there is nothing left to wait for.
    private func settleDecided(_ session: AMQPSession) throws(AMQPFailure) -> Bool {
        let (decisions, isQueueMissing, mayEnd) = mailbox.withLock { mailbox in
            defer { mailbox.decisions.removeAll(keepingCapacity: true) }
            return (mailbox.decisions, mailbox.isQueueMissing, mailbox.mayEnd)
        }
        let epoch = epoch.load(ordering: .relaxed)
        for decision in decisions where decision.epoch == epoch { ledger.settle(decision.tag, decision.settlement) }
        for method in ledger.flush() {
            switch method {
            case .acknowledge(let tag): try session.acknowledge(tag, multiple: true)
            case .acknowledgeOne(let tag): try session.acknowledge(tag, multiple: false)
            case .giveBack(let tag): try session.giveBack(tag)
            case .reject(let tag): try session.reject(tag)
            }
        }
        if isQueueMissing, !isStopping { throw .queueMissing }
        return mayEnd
    }

    private func park(_ socket: Int32, until deadline: ContinuousClock.Instant) async {
        await withUnsafeContinuation { continuation in
            thread.wait(
                SocketWait(socket: socket, wantsOutput: false, deadline: deadline, continuation: continuation))
        }
    }

    private func pause(_ duration: Duration) async {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end, !isStopping { await park(-1, until: end) }
    }
}
