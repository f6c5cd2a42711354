import CRabbitMQ

extension QueueDeclaration {
    /// Calls `body` with the queue's name and arguments in C's form, valid during the call.
    func withArguments(_ body: (amqp_bytes_t, amqp_table_t) -> Void) {
        var entries: [amqp_table_entry_t] = [.init("x-queue-type", text: amqp_bytes_t("quorum"))]
        if let messageTTL { entries.append(.init("x-message-ttl", integer: Int64(messageTTL / .milliseconds(1)))) }
        if let deliveryLimit { entries.append(.init("x-delivery-limit", integer: Int64(deliveryLimit))) }
        var name = name
        var deadLetterQueue = deadLetterQueue ?? ""
        name.withUTF8 { name in
            deadLetterQueue.withUTF8 { target in
                if !target.isEmpty {
                    entries.append(.init("x-dead-letter-exchange", text: .empty))
                    entries.append(.init("x-dead-letter-routing-key", text: amqp_bytes_t(target)))
                    // The source keeps a dead letter until the target has confirmed it; needs reject-publish.
                    entries.append(.init("x-dead-letter-strategy", text: amqp_bytes_t("at-least-once")))
                    entries.append(.init("x-overflow", text: amqp_bytes_t("reject-publish")))
                }
                entries.withUnsafeMutableBufferPointer {
                    body(amqp_bytes_t(name), amqp_table_t(num_entries: Int32($0.count), entries: $0.baseAddress))
                }
            }
        }
    }
}

extension amqp_bytes_t {
    fileprivate init(_ text: UnsafeBufferPointer<UInt8>) {
        self.init(len: text.count, bytes: UnsafeMutableRawPointer(mutating: text.baseAddress))
    }
}

extension amqp_table_entry_t {
    fileprivate init(_ name: StaticString, text: amqp_bytes_t) {
        self.init()
        key = amqp_bytes_t(name)
        value.kind = UInt8(AMQP_FIELD_KIND_UTF8.rawValue)
        value.value.bytes = text
    }

    fileprivate init(_ name: StaticString, integer: Int64) {
        self.init()
        key = amqp_bytes_t(name)
        value.kind = UInt8(AMQP_FIELD_KIND_I64.rawValue)
        value.value.i64 = integer
    }
}
