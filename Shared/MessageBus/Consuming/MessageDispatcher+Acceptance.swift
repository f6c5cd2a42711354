import Foundation
import PreviewDomain

/// Whether a delivery is a message for one of the handlers.
enum Acceptance {
    case accepted(HandlerTable.Entry, HandlerTable.Call)
    case rejected(DeadLetterReason, String)
}

extension MessageDispatcher {
    /// Finds the handler and reads the message.
    ///
    /// Permissions in the broker are about exchanges and routing keys. So a message has to be what its routing key says,
    /// and to have come by the exchange on which it may be asked for.
    func accept(_ delivery: Delivery) -> Acceptance {
        if delivery.properties.deliveryCount > maximumDeliveries {
            let count = delivery.properties.deliveryCount
            return .rejected(.deliveryLimit, "delivered \(count) times, and its handling never ended")
        }
        let origin = Origin(delivery)
        guard let entry = entry(for: delivery, origin) else {
            let type = delivery.properties.type ?? Message.eventType(of: delivery.body)
            guard let type else { return .rejected(.undecodable, "not a CloudEvent with a type") }
            if table.entry(type, on: nil) != nil {
                return .rejected(.misrouted, "\(type) is not taken from the exchange \(origin.exchange ?? "")")
            }
            return .rejected(.unhandled, "\(topology.queue) has no handler of \(type)")
        }
        do {
            let call = try entry.decode(delivery.body)
            if let routingKey = origin.routingKey, routingKey != call.message.routingKey {
                return .rejected(.misrouted, "a message of \(call.message.routingKey) came under \(routingKey)")
            }
            return .accepted(entry, call)
        } catch {
            return .rejected(.undecodable, error.description)
        }
    }

    private func entry(for delivery: Delivery, _ origin: Origin) -> HandlerTable.Entry? {
        func find(_ type: String) -> HandlerTable.Entry? {
            guard let name = origin.exchange else { return table.entry(type, on: nil) }
            return MessageExchange(rawValue: name).flatMap { table.entry(type, on: $0) }
        }
        if let type = delivery.properties.type, let entry = find(type) { return entry }
        return Message.eventType(of: delivery.body).flatMap(find)
    }

    /// Where a message was first published; a retry or replay comes by the default exchange, and its headers tell.
    private struct Origin {
        let exchange: String?
        let routingKey: String?

        init(_ delivery: Delivery) {
            let isDirect = delivery.exchange.isEmpty
            exchange = isDirect ? delivery.properties.exchange : delivery.exchange
            routingKey = isDirect ? delivery.properties.routingKey : delivery.routingKey
        }
    }
}
