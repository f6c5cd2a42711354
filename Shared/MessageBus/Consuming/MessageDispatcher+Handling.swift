import Foundation
import Logging
import PreviewDomain

extension MessageDispatcher {
    /// Sees one delivery through: handler, publications, decision.
    func handle(_ delivery: Delivery) async {
        // Of a lost connection: it comes again.
        guard connection.isCurrent(delivery) else { return }
        guard !connection.isStopping, !Task.isCancelled else { return connection.settle(delivery, .giveBack) }
        switch accept(delivery) {
        case .rejected(let reason, let error):
            await settle(delivery, .deadLetter(reason, error), handler: "")
        case .accepted(let entry, let call):
            let cluster = shares.cluster(of: call.message)
            if let cluster, await !shares.enter(cluster) { return await makeRoom(delivery, cluster, entry) }
            defer { if let cluster { shares.leave(cluster) } }
            let began = ContinuousClock.now
            let ticket = board.handlerBegan(at: began)
            let decision = await attempt(delivery, entry, call)
            let outcome = await settle(delivery, decision, handler: entry.name)
            board.handlerEnded(ticket)
            entry.metrics.ended(outcome, after: began.duration(to: .now))
        }
    }

    /// Gives up a place among the deliveries that a slow cluster would hold.
    private func makeRoom(_ delivery: Delivery, _ cluster: String, _ entry: HandlerTable.Entry) async {
        guard !connection.isStopping, !Task.isCancelled else { return connection.settle(delivery, .giveBack) }
        let delay = topology.retry.crowdingDelay
        logger.info(
            "Postponed a message, its cluster is slow",
            metadata: ["cluster": "\(cluster)", "handler": "\(entry.name)", "delay": "\(delay)"])
        await settle(
            delivery, .postpone(delay, "messages about cluster \(cluster) hold its share of the deliveries"),
            handler: entry.name)
    }

    private func attempt(
        _ delivery: Delivery, _ entry: HandlerTable.Entry, _ call: HandlerTable.Call
    ) async -> DeliveryDecision {
        var logger = logger
        logger[metadataKey: "message.id"] = "\(call.message.id)"
        logger[metadataKey: "message.type"] = "\(entry.key)"
        logger[metadataKey: "preview.id"] = "\(call.message.subject)"
        if let trace = call.message.traceParent.flatMap(TraceParent.init) {
            logger[metadataKey: "trace.id"] = "\(trace.traceID)"
        }
        let context = MessageContext(
            message: call.message, attempt: delivery.properties.attempt, queue: topology.queue, service: service,
            logger: logger, publisher: publisher)
        do {
            switch try await call.handle(context) {
            case .messages(let payloads):
                try await context.publish(payloads)
            case .answer(let body):
                try await answer(delivery, body, failure: nil)
            }
            return .acknowledge
        } catch {
            if entry.isResponder { return await answer(delivery, error, logger) }
            return decision(delivery, error, logger)
        }
    }

    private func decision(_ delivery: Delivery, _ error: any Error, _ logger: Logger) -> DeliveryDecision {
        // Shutdown's doing and not the message's.
        if error is CancellationError, Task.isCancelled { return .giveBack }
        if case MessageBusError.stopped = error { return .giveBack }
        let text = String(describing: error)
        switch (error as? any ClassifiedFailure)?.failureClass ?? .transient {
        case .permanent:
            return .deadLetter(.permanent, text)
        case .fatal:
            return .stop(text)
        case .transient where (error as? any ClassifiedFailure)?.isOutage == true:
            let delay = topology.retry.outageDelay
            logger.info("Postponed a message", metadata: ["delay": "\(delay)", "error": "\(text)"])
            return .postpone(delay, text)
        case .transient(let retryAfter):
            switch topology.retry.step(afterAttempt: delivery.properties.attempt, retryAfter: retryAfter) {
            case .retry(let delay):
                logger.warning(
                    "Failed to handle a message, will try again",
                    metadata: [
                        "attempt": "\(delivery.properties.attempt)", "delay": "\(delay)", "error": "\(text)",
                    ])
                return .retry(delay, text)
            case .giveUp:
                return .deadLetter(.exhausted, text)
            }
        }
    }
}

// Requests.
extension MessageDispatcher {
    private func answer(_ delivery: Delivery, _ error: any Error, _ logger: Logger) async -> DeliveryDecision {
        if case MessageBusError.stopped = error { return .giveBack }
        logger.warning("Failed to answer a request", metadata: ["error": "\(error)"])
        let failure =
            switch (error as? any ClassifiedFailure)?.failureClass ?? .transient {
            case .transient: "transient"
            case .permanent: "permanent"
            case .fatal: "fatal"
            }
        do {
            try await answer(delivery, Data(String(describing: error).utf8), failure: failure)
            return .acknowledge
        } catch .stopped {
            return .giveBack
        } catch {
            // The asker's deadline ends this; a request is not tried again.
            return .acknowledge
        }
    }

    private func answer(_ delivery: Delivery, _ body: Data, failure: String?) async throws(MessageBusError) {
        guard let replyTo = delivery.properties.replyTo else { return }
        var envelope = Envelope(routingKey: replyTo)
        // The broker knows no queue of an asker's name, and would return every answer.
        envelope.isMandatory = false
        envelope.contentType = failure == nil ? "application/json" : "text/plain"
        envelope.correlationID = delivery.properties.correlationID
        if let failure { envelope.headers = [(.failure, failure)] }
        let message = EncodedMessage(
            id: UUID().uuidString.lowercased(), type: "", source: service, subject: delivery.properties.subject ?? "",
            routingKey: replyTo, time: Date(), traceParent: delivery.properties.traceParent, body: body)
        try await publisher.publish([message], envelope: envelope)
    }
}
