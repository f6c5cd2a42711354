import Foundation
import Logging
import PreviewDomain

extension MessageDispatcher {
    /// Carries a decision out. Where the message goes to another queue, its delivery is acknowledged only after that was
    /// confirmed.
    @discardableResult
    func settle(_ delivery: Delivery, _ decision: DeliveryDecision, handler: String) async -> HandlerMetrics.Outcome {
        switch decision {
        case .acknowledge:
            connection.settle(delivery, .acknowledge)
            return .done
        case .giveBack:
            connection.settle(delivery, .giveBack)
            return .givenBack
        case .stop(let error):
            logger.critical(
                "A handler failed for good, stopping", metadata: ["handler": "\(handler)", "error": "\(error)"])
            connection.settle(delivery, .giveBack)
            stop(.fatal(handler: handler, reason: error))
            return .fatal
        case .retry(let delay, let error):
            let queue = RetryLadder.queue(of: topology.queue, delay: delay)
            let headers = [(MessageHeader.attempt, String(delivery.properties.attempt + 1))]
            await move(delivery, to: queue, error, handler, headers)
            return .retried
        case .postpone(let delay, let error):
            let queue = RetryLadder.queue(of: topology.queue, delay: delay)
            let headers = [(MessageHeader.attempt, String(delivery.properties.attempt))]
            await move(delivery, to: queue, error, handler, headers)
            return .retried
        case .deadLetter(let reason, let error):
            logger.error(
                "Dead-lettered a message",
                metadata: [
                    "message.id": "\(delivery.properties.messageID ?? "")", "reason": "\(reason.rawValue)",
                    "message.type": "\(delivery.properties.type ?? "")", "handler": "\(handler)", "error": "\(error)",
                ])
            let headers = [
                (MessageHeader.attempt, String(delivery.properties.attempt)), (.reason, reason.rawValue),
                (.queue, topology.queue),
            ]
            await move(delivery, to: topology.deadQueue, error, handler, headers)
            return .dead
        }
    }

    /// Publishes a delivery's message to another queue, as it is, and then acknowledges the delivery.
    private func move(
        _ delivery: Delivery, to queue: String, _ error: String, _ handler: String,
        _ headers: [(MessageHeader, String)]
    ) async {
        let properties = delivery.properties
        let isDirect = delivery.exchange.isEmpty
        let lastError = String(error.prefix(Self.longestError))
        var envelope = Envelope(routingKey: queue)
        envelope.contentType = properties.contentType
        envelope.correlationID = properties.correlationID
        envelope.headers =
            headers + [
                (.firstError, properties.firstError ?? lastError), (.lastError, lastError), (.handler, handler),
                (.exchange, isDirect ? properties.exchange ?? "" : delivery.exchange),
                (.routingKey, isDirect ? properties.routingKey ?? "" : delivery.routingKey),
            ]
        envelope.headers.removeAll { $0.value.isEmpty }
        do {
            // Patient, for a broker that is short of memory or away is not the message's fault.
            try await publisher.publish([EncodedMessage(delivery)], envelope: envelope, isPatient: true)
            connection.settle(delivery, .acknowledge)
        } catch .unroutable {
            connection.queueIsMissing()
        } catch .stopped {
            connection.settle(delivery, .giveBack)
        } catch {
            logger.error("Could not move a message to \(queue)", metadata: ["error": "\(error)"])
            connection.settle(delivery, .reject)
        }
    }

    /// Headers have to fit a frame, beside everything else.
    private static let longestError = 2000
}

extension EncodedMessage {
    /// A delivery's message, unread.
    init(_ delivery: Delivery) {
        let properties = delivery.properties
        self.init(
            id: properties.messageID ?? UUID().uuidString.lowercased(), type: properties.type ?? "",
            source: properties.appID ?? "", subject: properties.subject ?? "", routingKey: delivery.routingKey,
            time: properties.timestamp.map { Date(timeIntervalSince1970: TimeInterval($0)) } ?? Date(),
            traceParent: properties.traceParent, body: delivery.body)
    }
}
