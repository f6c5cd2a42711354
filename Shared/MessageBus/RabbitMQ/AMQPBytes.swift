import CRabbitMQ

extension amqp_bytes_t {
    /// The bytes as text, copied: they belong to a buffer that is reused.
    var string: String { String(decoding: buffer, as: UTF8.self) }

    /// The bytes, valid until the connection's buffers are released.
    var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: bytes, count: len) }

    /// Text that lives as long as the program.
    init(_ text: StaticString) {
        self.init(len: text.utf8CodeUnitCount, bytes: UnsafeMutableRawPointer(mutating: text.utf8Start))
    }

    /// Whether the bytes are this text.
    func equals(_ text: StaticString) -> Bool {
        len == text.utf8CodeUnitCount && buffer.elementsEqual(text.withUTF8Buffer { UnsafeRawBufferPointer($0) })
    }

    static var empty: amqp_bytes_t { amqp_bytes_t(len: 0, bytes: nil) }
}

extension amqp_field_value_t {
    /// The value where it is an integer of any width.
    var integer: Int? {
        switch Int32(kind) {
        case Int32(AMQP_FIELD_KIND_I8.rawValue): Int(value.i8)
        case Int32(AMQP_FIELD_KIND_U8.rawValue): Int(value.u8)
        case Int32(AMQP_FIELD_KIND_I16.rawValue): Int(value.i16)
        case Int32(AMQP_FIELD_KIND_U16.rawValue): Int(value.u16)
        case Int32(AMQP_FIELD_KIND_I32.rawValue): Int(value.i32)
        case Int32(AMQP_FIELD_KIND_U32.rawValue): Int(value.u32)
        case Int32(AMQP_FIELD_KIND_I64.rawValue): Int(value.i64)
        case Int32(AMQP_FIELD_KIND_U64.rawValue): Int(exactly: value.u64)
        default: nil
        }
    }

    /// The value where it is text.
    var string: String? {
        switch Int32(kind) {
        case Int32(AMQP_FIELD_KIND_UTF8.rawValue), Int32(AMQP_FIELD_KIND_BYTES.rawValue): value.bytes.string
        default: nil
        }
    }
}

extension amqp_table_t {
    var fields: UnsafeBufferPointer<amqp_table_entry_t> {
        UnsafeBufferPointer(start: entries, count: Int(num_entries))
    }
}
