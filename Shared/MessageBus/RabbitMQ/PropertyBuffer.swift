import CRabbitMQ
import Foundation

/// Lays a message's properties and headers out in memory for the duration of a `basic.publish`.
///
/// One per connection, reused, so that publishing allocates nothing.
final class PropertyBuffer {
    private static let maximumHeaders = 24

    private var text: UnsafeMutableRawBufferPointer
    private var used = 0
    private let entries = UnsafeMutableBufferPointer<amqp_table_entry_t>.allocate(capacity: maximumHeaders)
    private var headerCount = 0

    init() { text = .allocate(byteCount: 4096, alignment: 1) }

    deinit {
        text.deallocate()
        entries.deallocate()
    }

    /// The properties of a message; they and the routing live until the next call.
    func properties(of message: EncodedMessage, _ envelope: Envelope?) -> amqp_basic_properties_t {
        var result = amqp_basic_properties_t()
        result.delivery_mode = 2
        result.timestamp = UInt64(max(0, message.time.timeIntervalSince1970))
        result.message_id = copy(message.id)
        result.type = copy(message.type)
        result.app_id = copy(message.source)
        result.content_type =
            envelope?.contentType.map(copy) ?? amqp_bytes_t("application/cloudevents+json; charset=utf-8")
        var flags =
            AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_TIMESTAMP_FLAG
            | AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_TYPE_FLAG | AMQP_BASIC_APP_ID_FLAG | AMQP_BASIC_HEADERS_FLAG
        add("cloudEvents_specversion", amqp_bytes_t("1.0"))
        add("cloudEvents_id", result.message_id)
        add("cloudEvents_type", result.type)
        add("cloudEvents_source", result.app_id)
        add("cloudEvents_subject", copy(message.subject))
        if let traceParent = message.traceParent { add("traceparent", copy(traceParent)) }
        if let envelope {
            if let correlationID = envelope.correlationID {
                result.correlation_id = copy(correlationID)
                flags |= AMQP_BASIC_CORRELATION_ID_FLAG
            }
            if let replyTo = envelope.replyTo {
                result.reply_to = copy(replyTo)
                flags |= AMQP_BASIC_REPLY_TO_FLAG
            }
            if let expiration = envelope.expiration {
                result.expiration = copy(String(expiration))
                flags |= AMQP_BASIC_EXPIRATION_FLAG
            }
            for (name, value) in envelope.headers { add(copy(name.rawValue), copy(value)) }
        }
        result.headers = amqp_table_t(num_entries: Int32(headerCount), entries: entries.baseAddress)
        result._flags = amqp_flags_t(flags)
        return result
    }

    /// Forgets what was laid out, and makes room for a message.
    func reset(for message: EncodedMessage, _ envelope: Envelope?) {
        used = 0
        headerCount = 0
        var needed =
            message.id.utf8.count + message.type.utf8.count + message.source.utf8.count + message.subject.utf8.count
            + message.routingKey.utf8.count + (message.traceParent?.utf8.count ?? 0) + 64
        if let envelope {
            needed += envelope.exchange.utf8.count + envelope.routingKey.utf8.count
            needed += (envelope.contentType?.utf8.count ?? 0) + (envelope.correlationID?.utf8.count ?? 0)
            needed += (envelope.replyTo?.utf8.count ?? 0)
            needed += envelope.headers.reduce(0) { $0 + $1.name.rawValue.utf8.count + $1.value.utf8.count }
        }
        guard needed > text.count else { return }
        text.deallocate()
        text = .allocate(byteCount: needed * 2, alignment: 1)
    }

    /// Copies text to where C can read it. What is copied between two resets has to fit what `reset` made room for.
    func copy(_ string: String) -> amqp_bytes_t {
        var string = string
        return string.withUTF8 { source in
            precondition(used + source.count <= text.count, "reset(for:) counts every text that is copied")
            let target = UnsafeMutableRawBufferPointer(rebasing: text[used..<(used + source.count)])
            target.copyMemory(from: UnsafeRawBufferPointer(source))
            used += source.count
            return amqp_bytes_t(len: source.count, bytes: target.baseAddress)
        }
    }

    private func add(_ name: StaticString, _ value: amqp_bytes_t) { add(amqp_bytes_t(name), value) }

    private func add(_ name: amqp_bytes_t, _ value: amqp_bytes_t) {
        precondition(headerCount < Self.maximumHeaders, "more headers than MessageHeader has cases")
        var entry = amqp_table_entry_t()
        entry.key = name
        entry.value.kind = UInt8(AMQP_FIELD_KIND_UTF8.rawValue)
        entry.value.value.bytes = value
        entries[headerCount] = entry
        headerCount += 1
    }
}
