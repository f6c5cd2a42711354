/// Reads the fields of one protobuf message.
struct ProtobufReader {
    enum Value {
        case varint(UInt64)
        case bytes(ArraySlice<UInt8>)
        /// A fixed-width number, which Kubernetes does not use for what is read here.
        case fixed
    }

    struct MalformedMessage: Error {}

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The next field, or `nil` at the end.
    mutating func next() throws(MalformedMessage) -> (number: Int, value: Value)? {
        guard !rest.isEmpty else { return nil }
        let tag = try varint()
        let number = Int(truncatingIfNeeded: tag >> 3)
        switch tag & 7 {
        case 0: return (number, .varint(try varint()))
        case 1:
            try skip(8)
            return (number, .fixed)
        case 2:
            let length = try varint()
            guard length <= UInt64(rest.count) else { throw MalformedMessage() }
            let value = rest.prefix(Int(length))
            rest = rest.dropFirst(Int(length))
            return (number, .bytes(value))
        case 5:
            try skip(4)
            return (number, .fixed)
        default: throw MalformedMessage()
        }
    }

    /// Whether everything was read; for packed numbers.
    var isAtEnd: Bool { rest.isEmpty }

    mutating func varint() throws(MalformedMessage) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = rest.popFirst() {
            guard shift < 64 else { throw MalformedMessage() }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        throw MalformedMessage()
    }

    private mutating func skip(_ count: Int) throws(MalformedMessage) {
        guard rest.count >= count else { throw MalformedMessage() }
        rest = rest.dropFirst(count)
    }
}
