extension JSONValue {
    /// Reads one JSON value, strictly after RFC 8259.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8 without a byte order mark; nothing but white space may surround the value.
    ///   - depthLimit: how deeply lists and objects may be nested.
    ///   - rejectsDuplicateNames: whether a name that appears twice in an object is an error; else the last one counts.
    public init(
        parsing bytes: some Collection<UInt8>, depthLimit: Int = 512, rejectsDuplicateNames: Bool = false
    ) throws(JSONParsingError) {
        let parsed = bytes.withContiguousStorageIfAvailable { buffer in
            JSONParser.parse(buffer, depthLimit: depthLimit, rejectsDuplicateNames: rejectsDuplicateNames)
        }
        if let parsed {
            self = try parsed.get()
            return
        }
        let copy = Array(bytes).withUnsafeBufferPointer { buffer in
            JSONParser.parse(buffer, depthLimit: depthLimit, rejectsDuplicateNames: rejectsDuplicateNames)
        }
        self = try copy.get()
    }

    /// Reads one JSON value from a text.
    public init(parsing text: String) throws(JSONParsingError) {
        try self.init(parsing: text.utf8)
    }
}

/// A recursive-descent parser over a buffer that outlives it.
struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let depthLimit: Int
    private let rejectsDuplicateNames: Bool
    private var index = 0
    private var depth = 0

    static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int, rejectsDuplicateNames: Bool
    ) -> Result<JSONValue, JSONParsingError> {
        var parser = JSONParser(
            bytes: bytes, depthLimit: depthLimit, rejectsDuplicateNames: rejectsDuplicateNames)
        do throws(JSONParsingError) {
            return .success(try parser.document())
        } catch {
            return .failure(error)
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int, rejectsDuplicateNames: Bool) {
        self.bytes = bytes
        self.depthLimit = depthLimit
        self.rejectsDuplicateNames = rejectsDuplicateNames
    }

    private mutating func document() throws(JSONParsingError) -> JSONValue {
        let value = try value()
        skipWhitespace()
        guard index == bytes.count else { throw error(.trailingBytes) }
        return value
    }

    private mutating func value() throws(JSONParsingError) -> JSONValue {
        skipWhitespace()
        guard index < bytes.count else { throw error(.unexpectedEnd) }
        switch bytes[index] {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: throw error(.unexpectedByte)
        }
    }

    private mutating func object() throws(JSONParsingError) -> JSONValue {
        try enter()
        var members: [String: JSONValue] = [:]
        skipWhitespace()
        if consume(UInt8(ascii: "}")) {
            depth -= 1
            return .object(members)
        }
        while true {
            skipWhitespace()
            guard index < bytes.count else { throw error(.unexpectedEnd) }
            guard bytes[index] == UInt8(ascii: "\"") else { throw error(.unexpectedByte) }
            let start = index
            let name = try string()
            skipWhitespace()
            try expect(UInt8(ascii: ":"))
            let previous = members.updateValue(try value(), forKey: name)
            if previous != nil, rejectsDuplicateNames {
                throw JSONParsingError(reason: .duplicateName, offset: start)
            }
            skipWhitespace()
            if consume(UInt8(ascii: ",")) { continue }
            try expect(UInt8(ascii: "}"))
            depth -= 1
            return .object(members)
        }
    }

    private mutating func array() throws(JSONParsingError) -> JSONValue {
        try enter()
        var elements: [JSONValue] = []
        skipWhitespace()
        if consume(UInt8(ascii: "]")) {
            depth -= 1
            return .array(elements)
        }
        while true {
            elements.append(try value())
            skipWhitespace()
            if consume(UInt8(ascii: ",")) { continue }
            try expect(UInt8(ascii: "]"))
            depth -= 1
            return .array(elements)
        }
    }

    private mutating func number() throws(JSONParsingError) -> JSONValue {
        let start = index
        let isNegative = consume(UInt8(ascii: "-"))
        let firstDigit = index
        var magnitude: UInt64 = 0
        var fits = true
        while let digit = digit() {
            let (product, tooLarge) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.addingReportingOverflow(UInt64(digit))
            magnitude = sum
            if tooLarge || overflow { fits = false }
        }
        let digits = index - firstDigit
        guard digits > 0, digits == 1 || bytes[firstDigit] != UInt8(ascii: "0") else { throw error(.invalidNumber) }
        var isInteger = true
        if consume(UInt8(ascii: ".")) {
            isInteger = false
            try someDigits()
        }
        if consume(UInt8(ascii: "e")) || consume(UInt8(ascii: "E")) {
            isInteger = false
            if !consume(UInt8(ascii: "+")) { _ = consume(UInt8(ascii: "-")) }
            try someDigits()
        }
        if isInteger, fits {
            if !isNegative, let value = Int64(exactly: magnitude) { return .int(value) }
            if isNegative, magnitude > 0, magnitude <= UInt64(Int64.max) + 1 {
                return .int(Int64(truncatingIfNeeded: 0 &- magnitude))
            }
        }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            throw JSONParsingError(reason: .numberOutOfRange, offset: start)
        }
        return .double(value)
    }

    private mutating func digit() -> UInt8? {
        guard index < bytes.count else { return nil }
        let value = bytes[index] &- UInt8(ascii: "0")
        guard value <= 9 else { return nil }
        index += 1
        return value
    }

    private mutating func someDigits() throws(JSONParsingError) {
        guard digit() != nil else { throw error(.invalidNumber) }
        while digit() != nil {}
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONParsingError) -> JSONValue {
        for offset in 0..<text.utf8CodeUnitCount {
            guard index + offset < bytes.count else { throw error(.unexpectedEnd) }
            guard bytes[index + offset] == text.utf8Start[offset] else { throw error(.invalidLiteral) }
        }
        index += text.utf8CodeUnitCount
        return value
    }

    private mutating func skipWhitespace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    private mutating func enter() throws(JSONParsingError) {
        depth += 1
        guard depth <= depthLimit else { throw error(.tooDeep) }
        index += 1
    }

    private mutating func consume(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ byte: UInt8) throws(JSONParsingError) {
        guard index < bytes.count else { throw error(.unexpectedEnd) }
        guard bytes[index] == byte else { throw error(.unexpectedByte) }
        index += 1
    }

    private func error(_ reason: JSONParsingError.Reason) -> JSONParsingError {
        JSONParsingError(reason: reason, offset: index)
    }
}

extension JSONParser {
    /// Reads a text from its opening to its closing quotation mark.
    private mutating func string() throws(JSONParsingError) -> String {
        index += 1
        let start = index
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                let text = try text(UnsafeBufferPointer(rebasing: bytes[start..<index]), at: start)
                index += 1
                return text
            case UInt8(ascii: "\\"):
                return try escapedString(from: start)
            case 0..<0x20:
                throw error(.controlCharacter)
            default:
                index += 1
            }
        }
        throw error(.unexpectedEnd)
    }

    private mutating func escapedString(from start: Int) throws(JSONParsingError) -> String {
        var unescaped = Array(bytes[start..<index])
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                let parsed = unescaped.withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) }
                guard let parsed else { throw JSONParsingError(reason: .invalidUTF8, offset: start) }
                index += 1
                return parsed
            case UInt8(ascii: "\\"):
                try escape(into: &unescaped)
            case 0..<0x20:
                throw error(.controlCharacter)
            default:
                unescaped.append(byte)
                index += 1
            }
        }
        throw error(.unexpectedEnd)
    }

    private mutating func escape(into unescaped: inout [UInt8]) throws(JSONParsingError) {
        let start = index
        index += 1
        guard index < bytes.count else { throw error(.unexpectedEnd) }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(byte)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"):
            var code = try fourHexDigits()
            if 0xD800..<0xDC00 ~= code, consume(UInt8(ascii: "\\")), consume(UInt8(ascii: "u")) {
                let low = try fourHexDigits()
                guard 0xDC00..<0xE000 ~= low else {
                    throw JSONParsingError(reason: .invalidEscape, offset: start)
                }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else {
                throw JSONParsingError(reason: .invalidEscape, offset: start)
            }
            unescaped.append(contentsOf: UTF8.encode(scalar) ?? .init())
        default:
            throw JSONParsingError(reason: .invalidEscape, offset: start)
        }
    }

    private mutating func fourHexDigits() throws(JSONParsingError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard index < bytes.count else { throw error(.unexpectedEnd) }
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): code = code << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): code = code << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): code = code << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: throw error(.invalidEscape)
            }
            index += 1
        }
        return code
    }

    private func text(_ buffer: UnsafeBufferPointer<UInt8>, at start: Int) throws(JSONParsingError) -> String {
        guard let text = String(validating: buffer, as: UTF8.self) else {
            throw JSONParsingError(reason: .invalidUTF8, offset: start)
        }
        return text
    }
}
