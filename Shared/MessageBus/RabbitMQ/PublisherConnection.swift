import Foundation
import Logging
import Synchronization

/// The connection that publishes, and asks questions.
///
/// An actor on a thread of its own: publishers hand over whole batches, and its loop sends as many messages as the
/// confirm window has room for, reads confirms, and answers the publishers.
actor PublisherConnection: MessagePublishing {
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    nonisolated let thread: ConnectionThread
    nonisolated let isStopping = Atomic<Bool>(false)
    let name: String
    let configuration: RabbitMQConfiguration
    let board: HealthBoard
    let logger: Logger
    let metrics = BusMetrics()
    let watchdog: SocketWatchdog

    var queue = PublishQueue()
    var tracker = ConfirmTracker<PublishSlot>()
    var batches: [UInt64: PublishBatch] = [:]
    var parts: [UInt64: PublishParts] = [:]
    var lastBatch: UInt64 = 0
    var requests = PendingRequests()
    var blockedReason: String?
    var unblockedAt = ContinuousClock.now
    var wantsOutput = false
    /// How many messages to publish one at a time, because the broker closed the channel over one of them.
    var suspects = 0
    var nextExpiry = ContinuousClock.now
    var stopDeadline: ContinuousClock.Instant?
    var hasEnded = false

    init(service: String, configuration: RabbitMQConfiguration, board: HealthBoard, logger: Logger) {
        name = "\(service) publisher"
        self.configuration = configuration
        self.board = board
        self.logger = logger
        thread = ConnectionThread(name: "amqp-publisher")
        watchdog = SocketWatchdog(thread: thread, limit: configuration.heartbeat * 2)
    }

    func publish(_ messages: [EncodedMessage]) async throws(MessageBusError) {
        try await publish(messages, envelope: nil)
    }

    /// Publishes messages; with an envelope, otherwise than to their exchange under their routing key.
    /// Waits without a limit where `isPatient`, else for the configured time.
    func publish(
        _ messages: [EncodedMessage], envelope: Envelope?, isPatient: Bool = false
    ) async throws(MessageBusError) {
        guard !messages.isEmpty else { return }
        lastBatch += 1
        let id = lastBatch
        let result: Result<Void, MessageBusError> = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                guard !Task.isCancelled, !hasEnded else {
                    continuation.resume(returning: .failure(.stopped(messageIDs: messages.map(\.id))))
                    return
                }
                let timeout = isPatient ? .seconds(365 * 86400) : configuration.publishTimeout
                submit(
                    PublishBatch(id: id, messages: messages, envelope: envelope, deadline: .now + timeout) {
                        continuation.resume(returning: $0)
                    })
            }
        } onCancel: {
            // Unstructured because a cancellation handler cannot wait, and the batch belongs to the actor.
            Task { await self.cancel(id) }
        }
        try result.get()
    }

    /// Asks a question, and waits for its answer until the deadline.
    func request(_ message: EncodedMessage, deadline: Duration) async throws(MessageBusError) -> Answer {
        let correlationID = message.id
        let milliseconds = max(1, Int(deadline / .milliseconds(1)))
        let envelope = Envelope(
            exchange: message.exchange.rawValue, routingKey: message.routingKey, correlationID: correlationID,
            replyTo: Self.directReplyTo, expiration: milliseconds)
        let result: Result<Answer, MessageBusError> = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                guard !Task.isCancelled, !hasEnded else {
                    continuation.resume(returning: .failure(.stopped(messageIDs: [message.id])))
                    return
                }
                let request = PendingRequests.Request(
                    message: message, envelope: envelope, deadline: .now + deadline
                ) { continuation.resume(returning: $0) }
                requests.add(request, correlationID: correlationID)
                submit(request)
            }
        } onCancel: {
            // As in publish(_:envelope:).
            Task { await self.cancelRequest(correlationID) }
        }
        return try result.get()
    }

    /// Connects, and serves until ``stop()`` and everything submitted is resolved, or the grace period is over.
    func run() async {
        var policy = ReconnectPolicy(delay: configuration.reconnectDelay)
        var lastError: String?
        while !isDone {
            board.publisher(.connecting(lastError: lastError))
            do throws(AMQPFailure) {
                let session = try AMQPSession.open(configuration, name: name)
                try setUp(session)
                policy.connected(at: .now)
                board.publisher(.ready)
                logger.info("Connected to RabbitMQ", metadata: ["rabbitmq.connection": "publisher"])
                watchdog.arm(session.socket)
                defer { watchdog.disarm() }
                try await serve(session)
                session.close()
            } catch {
                lastError = error.description
                connectionLost(error)
                await pause(policy.failed(at: .now))
            }
        }
        end()
    }

    /// Lets ``run()`` end. May be called from anywhere.
    nonisolated func stop() {
        isStopping.store(true, ordering: .relaxed)
        thread.wake()
    }
}
