import Foundation
import Logging
import Synchronization

/// The connection that publishes, and asks questions.
///
/// An actor on a thread of its own: publishers hand over whole batches, and its loop sends as many messages as the
/// confirm window has room for, reads confirms, and answers the publishers.
actor PublisherConnection: MessagePublishing {
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private nonisolated let thread: ConnectionThread
    private nonisolated let isStopping = Atomic<Bool>(false)
    private let name: String
    private let configuration: RabbitMQConfiguration
    private let board: HealthBoard
    private let logger: Logger
    private let metrics = BusMetrics()
    private let watchdog: SocketWatchdog

    private var queue = PublishQueue()
    private var tracker = ConfirmTracker<PublishSlot>()
    private var batches: [UInt64: PublishBatch] = [:]
    private var parts: [UInt64: PublishParts] = [:]
    private var lastBatch: UInt64 = 0
    private var requests = PendingRequests()
    private var blockedReason: String?
    private var unblockedAt = ContinuousClock.now
    private var wantsOutput = false
    /// How many messages to publish one at a time, because the broker closed the channel over one of them.
    private var suspects = 0
    private var nextExpiry = ContinuousClock.now
    private var stopDeadline: ContinuousClock.Instant?
    private var hasEnded = false

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

// The loop.
extension PublisherConnection {
    private static let directReplyTo = "amq.rabbitmq.reply-to"
    /// After how many bytes to look whether the broker has spoken and the socket takes more.
    private static let bytesBetweenLooks = 16_384

    private func setUp(_ session: AMQPSession) throws(AMQPFailure) {
        if configuration.declaresTopology {
            for exchange in MessageExchange.allCases { try session.declareTopicExchange(exchange.rawValue) }
        }
        try session.selectConfirms()
        try session.consume(Self.directReplyTo, consumerTag: "answers", withoutAcknowledging: true)
    }

    private func serve(_ session: AMQPSession) async throws(AMQPFailure) {
        while true {
            try drain(session)
            try fillWindow(session)
            expire()
            if isDone { return }
            try checkConfirms()
            let now = ContinuousClock.now
            let longest = configuration.heartbeat / 4
            let pause = batches.isEmpty ? longest : min(longest, .milliseconds(250))
            let deadline = min(now + pause, requests.nextDeadline ?? now + pause)
            await park(session.socket, until: deadline)
        }
    }

    private func park(_ socket: Int32, until deadline: ContinuousClock.Instant) async {
        await withUnsafeContinuation { continuation in
            thread.wait(
                SocketWait(
                    socket: socket, wantsOutput: wantsOutput, deadline: deadline, continuation: continuation))
        }
        wantsOutput = false
    }

    private func pause(_ duration: Duration) async {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end, !isDone {
            await park(-1, until: min(end, .now + .milliseconds(250)))
            expire()
        }
    }

    private func drain(_ session: AMQPSession) throws(AMQPFailure) {
        while let event = try session.nextEvent() { try handle(event) }
        board.oldestUnconfirmed(since: tracker.oldest)
    }

    private func handle(_ event: AMQPEvent) throws(AMQPFailure) {
        switch event {
        case .acknowledged(let tag, let multiple):
            resolve(tag, multiple: multiple, accepted: true)
        case .refused(let tag, let multiple):
            resolve(tag, multiple: multiple, accepted: false)
        case .returned(let messageID):
            tracker.returned(messageID: messageID)
        case .blocked(let reason):
            blockedReason = reason
            board.publisher(.blocked(reason: reason))
            metrics.isBlocked(true)
            logger.warning("RabbitMQ blocks publishing", metadata: ["reason": "\(reason)"])
        case .unblocked:
            blockedReason = nil
            unblockedAt = .now
            board.publisher(.ready)
            metrics.isBlocked(false)
            logger.info("RabbitMQ takes messages again")
        case .delivery(let delivery):
            let answer = Answer(failure: delivery.properties.failure, body: delivery.body)
            requests.finish(delivery.properties.correlationID ?? "", .success(answer))
        case .consumerCancelled:
            throw .consumerCancelled
        }
    }

    /// Publishes until the window is full, nothing waits, the socket is full or the broker blocks.
    private func fillWindow(_ session: AMQPSession) throws(AMQPFailure) {
        let now = ContinuousClock.now
        var unlooked = Self.bytesBetweenLooks
        while blockedReason == nil, tracker.count < window, let slot = queue.popFirst() {
            if unlooked >= Self.bytesBetweenLooks {
                unlooked = 0
                let readiness = session.readiness
                if readiness.readable { try drain(session) }
                guard readiness.writable, blockedReason == nil else {
                    queue.prepend([slot])
                    wantsOutput = !readiness.writable
                    return
                }
            }
            let message = slot.message
            unlooked += message.body.count + 512
            // Tracked first, so that it is published again if sending fails midway.
            tracker.published(slot, messageID: message.id, at: now)
            try session.publish(message, slot.batch.envelope)
        }
    }

    private var window: Int { suspects > 0 ? 1 : configuration.confirmWindow }

    private func resolve(_ tag: UInt64, multiple: Bool, accepted: Bool) {
        var confirmed = 0
        var returned = 0
        var refused = 0
        tracker.confirmed(tag, multiple: multiple, accepted: accepted) { slot, outcome in
            switch outcome {
            case .confirmed:
                confirmed += 1
                slot.batch.confirmed()
            case .returned:
                returned += 1
                slot.batch.returned(slot.index)
            case .refused:
                refused += 1
                slot.batch.refused(slot.index, reason: "basic.nack: the queue is full or could not store it")
            }
            if slot.batch.isFinished { batches[slot.batch.id] = nil }
        }
        suspects = max(0, suspects - confirmed - returned - refused)
        metrics.publicationsResolved(confirmed: confirmed, returned: returned, refused: refused)
    }

    private func checkConfirms() throws(AMQPFailure) {
        guard blockedReason == nil, let oldest = tracker.oldest else { return }
        if max(oldest, unblockedAt) + configuration.confirmTimeout < .now { throw .confirmTimeout }
    }
}

// Batches and requests.
extension PublisherConnection {
    /// Begins a publish in parts. Returns what to call it.
    func beginParts() -> UInt64 {
        lastBatch += 1
        parts[lastBatch] = PublishParts()
        return lastBatch
    }

    /// Submits a part, without waiting for it.
    func submit(_ messages: [EncodedMessage], of id: UInt64) {
        guard let parts = parts[id] else { return }
        parts.began()
        guard !hasEnded else { return parts.ended(.failure(.stopped(messageIDs: messages.map(\.id)))) }
        lastBatch += 1
        submit(
            PublishBatch(
                id: lastBatch, messages: messages, envelope: nil, deadline: .now + configuration.publishTimeout,
                parts: id, completion: parts.ended))
    }

    /// Waits for all parts.
    func finishParts(_ id: UInt64) async -> Result<Void, MessageBusError> {
        let result: Result<Void, MessageBusError> = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                guard let parts = parts[id] else { return continuation.resume(returning: .success(())) }
                if Task.isCancelled { cancelParts(id) }
                parts.finish { continuation.resume(returning: $0) }
            }
        } onCancel: {
            // As in publish(_:envelope:isPatient:).
            Task { await self.cancelParts(id) }
        }
        parts[id] = nil
        return result
    }

    private func cancelParts(_ id: UInt64) {
        for batch in batches.values where batch.parts == id { cancel(batch.id) }
    }

    private func submit(_ batch: PublishBatch) {
        batches[batch.id] = batch
        queue.append(batch)
        thread.wake()
    }

    private func submit(_ request: PendingRequests.Request) {
        let correlationID = request.message.id
        lastBatch += 1
        submit(
            PublishBatch(
                id: lastBatch, messages: [request.message], envelope: request.envelope, deadline: request.deadline
            ) { [weak self] result in
                // Called by this actor's own code, synchronously.
                self?.assumeIsolated { $0.requestPublished(correlationID, result) }
            })
    }

    private func requestPublished(_ correlationID: String, _ result: Result<Void, MessageBusError>) {
        switch result {
        case .success: requests.confirmed(correlationID)
        case .failure(.unconfirmed): requests.finish(correlationID, .failure(.requestTimedOut))
        case .failure(let error): requests.finish(correlationID, .failure(error))
        }
    }

    private func cancel(_ id: UInt64) {
        batches.removeValue(forKey: id)?.fail { .stopped(messageIDs: $0) }
    }

    private func cancelRequest(_ correlationID: String) {
        requests.finish(correlationID, .failure(.stopped(messageIDs: [correlationID])))
    }

    private func expire() {
        let now = ContinuousClock.now
        requests.expire(at: now)
        guard nextExpiry <= now else { return }
        nextExpiry = now + .milliseconds(250)
        for (id, batch) in batches where batch.deadline <= now {
            batches[id] = nil
            batch.fail { .unconfirmed(messageIDs: $0) }
        }
    }

    /// What was not confirmed has an unknown fate: it is published again, under the same ids.
    private func connectionLost(_ failure: AMQPFailure) {
        BusMetrics.connectionFailed(role: "publisher")
        logger.warning(
            "Lost the connection to RabbitMQ", metadata: ["rabbitmq.connection": "publisher", "error": "\(failure)"])
        let unknown = tracker.channelLost()
        if failure.isRefusal, unknown.count == 1, let slot = unknown.first {
            slot.batch.refused(slot.index, reason: failure.description)
            if slot.batch.isFinished { batches[slot.batch.id] = nil }
        } else {
            queue.prepend(unknown)
            if failure.isRefusal { suspects = unknown.count }
        }
        // Their answers were addressed to the lost channel.
        for request in requests.takeConfirmed() { submit(request) }
        if blockedReason != nil { metrics.isBlocked(false) }
        blockedReason = nil
        unblockedAt = .now
    }

    /// Whether to end: told to stop, and nothing is left to do or no time to do it.
    private var isDone: Bool {
        guard isStopping.load(ordering: .relaxed) else { return false }
        if batches.isEmpty && requests.isEmpty { return true }
        let deadline = stopDeadline ?? .now + configuration.shutdownGrace
        stopDeadline = deadline
        return Task.isCancelled || deadline <= .now
    }

    private func end() {
        hasEnded = true
        for batch in batches.values { batch.fail { .stopped(messageIDs: $0) } }
        batches = [:]
        requests.removeAll(.stopped(messageIDs: []))
        queue.removeAll()
        board.publisher(.stopped)
    }
}
