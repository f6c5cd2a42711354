import Logging

/// The loop: reads what the broker says, and publishes what waits.
extension PublisherConnection {
    static let directReplyTo = "amq.rabbitmq.reply-to"
    /// After how many bytes to look whether the broker has spoken and the socket takes more.
    private static let bytesBetweenLooks = 16_384

    func setUp(_ session: AMQPSession) throws(AMQPFailure) {
        if configuration.declaresTopology {
            for exchange in MessageExchange.allCases { try session.declareTopicExchange(exchange.rawValue) }
        }
        try session.selectConfirms()
        try session.consume(Self.directReplyTo, consumerTag: "answers", withoutAcknowledging: true)
    }

    func serve(_ session: AMQPSession) async throws(AMQPFailure) {
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

    func pause(_ duration: Duration) async {
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
