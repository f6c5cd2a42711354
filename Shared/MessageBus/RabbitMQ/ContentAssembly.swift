import CRabbitMQ
import Foundation

/// Puts together a message that arrives in a method, a header and body frames.
struct ContentAssembly {
    private enum Kind {
        case delivery(tag: UInt64, exchange: String, routingKey: String)
        case returned
    }

    private let kind: Kind
    private var properties = DeliveryProperties()
    private var missing = 0
    private var body = Data()

    init(delivery: amqp_basic_deliver_t) {
        let exchange: String =
            if delivery.exchange.equals("understudy") { "understudy" } else { delivery.exchange.string }
        kind = .delivery(tag: delivery.delivery_tag, exchange: exchange, routingKey: delivery.routing_key.string)
    }

    init(returned: amqp_basic_return_t) { kind = .returned }

    /// Takes the header; returns the event where there is no body.
    mutating func header(size: UInt64, properties raw: amqp_basic_properties_t) -> AMQPEvent? {
        properties = DeliveryProperties(raw)
        missing = Int(size)
        return missing == 0 ? event : nil
    }

    /// Takes a part of the body; returns the event with the last.
    mutating func fragment(_ bytes: UnsafeRawBufferPointer) -> AMQPEvent? {
        if body.isEmpty { body.reserveCapacity(missing) }
        body.append(contentsOf: bytes)
        missing -= bytes.count
        return missing <= 0 ? event : nil
    }

    private var event: AMQPEvent {
        switch kind {
        case .returned:
            .returned(messageID: properties.messageID ?? "")
        case .delivery(let tag, let exchange, let routingKey):
            .delivery(
                Delivery(
                    tag: tag, epoch: 0, exchange: exchange, routingKey: routingKey, properties: properties, body: body))
        }
    }
}

extension DeliveryProperties {
    /// Copies what is known. Everything else in a delivery's headers is ignored.
    init(_ raw: amqp_basic_properties_t) {
        self.init()
        let flags = Int32(bitPattern: UInt32(truncatingIfNeeded: raw._flags))
        func has(_ flag: Int32) -> Bool { flags & flag != 0 }
        if has(AMQP_BASIC_MESSAGE_ID_FLAG) { messageID = raw.message_id.string }
        if has(AMQP_BASIC_CONTENT_TYPE_FLAG) { contentType = raw.content_type.string }
        if has(AMQP_BASIC_TYPE_FLAG), raw.type.len > 0 { type = raw.type.string }
        if has(AMQP_BASIC_APP_ID_FLAG) { appID = raw.app_id.string }
        if has(AMQP_BASIC_CORRELATION_ID_FLAG) { correlationID = raw.correlation_id.string }
        if has(AMQP_BASIC_REPLY_TO_FLAG) { replyTo = raw.reply_to.string }
        if has(AMQP_BASIC_TIMESTAMP_FLAG) { timestamp = raw.timestamp }
        guard has(AMQP_BASIC_HEADERS_FLAG) else { return }
        for field in raw.headers.fields {
            if field.key.equals("cloudEvents_subject") {
                subject = field.value.string
            } else if field.key.equals("traceparent") {
                traceParent = field.value.string
            } else if field.key.equals("x-delivery-count") {
                deliveryCount = field.value.integer ?? 0
            } else if field.key.buffer.starts(with: "x-understudy-".utf8) {
                read(field)
            }
        }
    }

    private mutating func read(_ field: amqp_table_entry_t) {
        switch MessageHeader(rawValue: field.key.string) {
        case .attempt: attempt = field.value.string.flatMap { Int($0) } ?? field.value.integer ?? 1
        case .firstError: firstError = field.value.string
        case .lastError: lastError = field.value.string
        case .exchange: exchange = field.value.string
        case .routingKey: routingKey = field.value.string
        case .failure: failure = field.value.string
        case .handler: handler = field.value.string
        case .reason: reason = field.value.string
        case .queue: queue = field.value.string
        case .subject, .traceParent, nil: break
        }
    }
}
