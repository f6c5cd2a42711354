import Foundation
import Testing

@testable import MessageBus

/// A plain client beside the bus: reads queues, publishes what a bus never would.
///
/// Used by one test task at a time.
final class BrokerProbe {
    private let session: AMQPSession
    private var waiting: [Delivery] = []

    init(_ url: String) throws {
        var configuration = try RabbitMQConfiguration(url: url)
        // Nobody sends its heartbeats while a test does something else, which may take long on a busy machine.
        configuration.heartbeat = .seconds(600)
        session = try AMQPSession.open(configuration, name: "probe")
        try session.limitDeliveries(to: 1000)
    }

    deinit { session.close() }

    /// Takes messages off a queue until there are `count`.
    func take(_ count: Int, from queue: String, within limit: Duration = .seconds(20)) async throws -> [Delivery] {
        try await take(from: queue, "\(count) messages", within: limit) { $0.count >= count }
    }

    /// Takes messages off a queue until those with the ids are among them; others may be, and some twice.
    func take(_ ids: Set<String>, from queue: String, within limit: Duration = .seconds(20)) async throws -> [Delivery]
    {
        try await take(from: queue, "all ids", within: limit) {
            ids.isSubset(of: $0.compactMap(\.properties.messageID))
        }
    }

    private func take(
        from queue: String, _ what: String, within limit: Duration, until isEnough: ([Delivery]) -> Bool
    ) async throws -> [Delivery] {
        let tag = UUID().uuidString
        try session.consume(queue, consumerTag: tag)
        var taken: [Delivery] = []
        try await eventually("\(what) in \(queue)", within: limit) {
            while let event = try session.nextEvent() {
                guard case .delivery(let delivery) = event else { continue }
                try session.acknowledge(delivery.tag, multiple: false)
                taken.append(delivery)
            }
            return isEnough(taken)
        }
        try session.cancelConsumer(tag)
        return taken
    }

    /// Publishes bytes to an exchange.
    func publish(
        _ body: String, exchange: String, routingKey: String, type: String = "", headers: [(MessageHeader, String)] = []
    ) throws {
        let message = EncodedMessage(
            id: UUID().uuidString, type: type, source: "probe", subject: "", routingKey: routingKey, time: Date(),
            traceParent: nil, body: Data(body.utf8))
        try session.publish(
            message, Envelope(exchange: exchange, routingKey: routingKey, isMandatory: false, headers: headers))
    }

    /// Declares a durable quorum queue bound to an exchange.
    func declare(_ queue: String, boundTo exchange: MessageExchange, _ bindingKey: String) throws {
        try session.declareTopicExchange(exchange.rawValue)
        try session.declareQueue(QueueDeclaration(name: queue))
        try session.bind(queue, to: exchange.rawValue, bindingKey)
    }
}
