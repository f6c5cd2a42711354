public import Foundation

extension JSONValue {
    /// Writes the value as UTF-8.
    ///
    /// - Parameters:
    ///   - sortedKeys: whether names are sorted, so that equal values give equal bytes.
    ///   - pretty: whether to write one member a line, indented by two spaces.
    public func serialized(sortedKeys: Bool = true, pretty: Bool = false) -> Data {
        Data(serializedBytes(sortedKeys: sortedKeys, pretty: pretty))
    }

    /// Writes the value as UTF-8, like `serialized`, for callers that work with plain bytes.
    public func serializedBytes(sortedKeys: Bool = true, pretty: Bool = false) -> [UInt8] {
        var serializer = JSONSerializer(sortedKeys: sortedKeys, pretty: pretty)
        serializer.write(self)
        return serializer.output
    }
}

/// Appends JSON to a buffer.
struct JSONSerializer {
    let sortedKeys: Bool
    let pretty: Bool
    var output: [UInt8] = []
    private var indentation = 0

    init(sortedKeys: Bool, pretty: Bool) {
        self.sortedKeys = sortedKeys
        self.pretty = pretty
        output.reserveCapacity(512)
    }

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: append("null")
        case .bool(true): append("true")
        case .bool(false): append("false")
        case .int(let number): append(number.description)
        // JSON has no way to write infinity; the parser never makes one.
        case .double(let number): append(number.isFinite ? number.description : "null")
        case .string(let text): write(text)
        case .array(let elements): write(elements)
        case .object(let members): write(members)
        }
    }

    private mutating func write(_ elements: [JSONValue]) {
        guard !elements.isEmpty else { return append("[]") }
        output.append(UInt8(ascii: "["))
        indentation += 1
        for (position, element) in elements.enumerated() {
            if position > 0 { output.append(UInt8(ascii: ",")) }
            newLine()
            write(element)
        }
        indentation -= 1
        newLine()
        output.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ members: [String: JSONValue]) {
        guard !members.isEmpty else { return append("{}") }
        output.append(UInt8(ascii: "{"))
        indentation += 1
        var isFirst = true
        if sortedKeys {
            for (name, value) in members.sorted(by: { $0.key < $1.key }) { write(name, value, &isFirst) }
        } else {
            for (name, value) in members { write(name, value, &isFirst) }
        }
        indentation -= 1
        newLine()
        output.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ name: String, _ value: JSONValue, _ isFirst: inout Bool) {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        isFirst = false
        newLine()
        write(name)
        output.append(UInt8(ascii: ":"))
        if pretty { output.append(UInt8(ascii: " ")) }
        write(value)
    }

    private mutating func write(_ text: String) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case 0x0A: append("\\n")
            case 0x0D: append("\\r")
            case 0x09: append("\\t")
            case 0..<0x20:
                append("\\u00")
                output.append(Self.hexDigits[Int(byte >> 4)])
                output.append(Self.hexDigits[Int(byte & 0xF)])
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)

    private mutating func newLine() {
        guard pretty else { return }
        output.append(0x0A)
        output.append(contentsOf: repeatElement(0x20, count: indentation * 2))
    }

    private mutating func append(_ text: String) {
        output.append(contentsOf: text.utf8)
    }
}
