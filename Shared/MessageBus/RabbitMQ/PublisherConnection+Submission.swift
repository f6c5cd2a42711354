import Logging
import Synchronization

/// Batches and requests: their way into the queue, and their end.
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

    func submit(_ batch: PublishBatch) {
        batches[batch.id] = batch
        queue.append(batch)
        thread.wake()
    }

    func submit(_ request: PendingRequests.Request) {
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

    func cancel(_ id: UInt64) {
        batches.removeValue(forKey: id)?.fail { .stopped(messageIDs: $0) }
    }

    func cancelRequest(_ correlationID: String) {
        requests.finish(correlationID, .failure(.stopped(messageIDs: [correlationID])))
    }

    func expire() {
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
    func connectionLost(_ failure: AMQPFailure) {
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
    var isDone: Bool {
        guard isStopping.load(ordering: .relaxed) else { return false }
        if batches.isEmpty && requests.isEmpty { return true }
        let deadline = stopDeadline ?? .now + configuration.shutdownGrace
        stopDeadline = deadline
        return Task.isCancelled || deadline <= .now
    }

    func end() {
        hasEnded = true
        for batch in batches.values { batch.fail { .stopped(messageIDs: $0) } }
        batches = [:]
        requests.removeAll(.stopped(messageIDs: []))
        queue.removeAll()
        board.publisher(.stopped)
    }
}
