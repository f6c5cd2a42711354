import Foundation

/// A word of an expression.
enum CELToken: Sendable, Equatable {
    case name(String)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case symbol(String)
    case end
}

/// Cuts an expression into words.
struct CELLexer {
    private let text: [Unicode.Scalar]
    private var place = 0

    init(_ text: String) { self.text = Array(text.unicodeScalars) }

    static func tokens(_ text: String) throws(CELError) -> [CELToken] {
        var lexer = CELLexer(text)
        var found: [CELToken] = []
        while true {
            let token = try lexer.next()
            found.append(token)
            if token == .end { return found }
        }
    }

    private var rest: ArraySlice<Unicode.Scalar> { text[place...] }
    private func peek(_ offset: Int = 0) -> Unicode.Scalar? {
        place + offset < text.count ? text[place + offset] : nil
    }

    private mutating func next() throws(CELError) -> CELToken {
        skipSpace()
        guard let first = peek() else { return .end }
        if first == "'" || first == "\"" { return .string(try quoted(isRaw: false)) }
        if let prefix = stringPrefix() {
            place += prefix.length
            let value = try quoted(isRaw: prefix.isRaw)
            return prefix.isBytes ? .bytes(Array(value.utf8)) : .string(value)
        }
        if first.properties.isAlphabetic && first.isASCII || first == "_" { return .name(word()) }
        if Self.isDigit(first) || (first == "." && peek(1).map(Self.isDigit) == true) { return try number() }
        for symbol in ["&&", "||", "==", "!=", "<=", ">=", ".?", "[?"] where starts(with: symbol) {
            // A conditional may look like an optional field: `a ? .5 : 1` has a space.
            place += 2
            return .symbol(symbol)
        }
        guard "+-*/%!<>?:.,()[]{}".unicodeScalars.contains(first) else {
            throw .syntax("token recognition error at: '\(first)'")
        }
        place += 1
        return .symbol(String(first))
    }

    private func starts(with symbol: String) -> Bool { rest.starts(with: symbol.unicodeScalars) }

    private mutating func skipSpace() {
        while let scalar = peek() {
            if scalar.properties.isWhitespace {
                place += 1
            } else if scalar == "/", peek(1) == "/" {
                while let other = peek(), other != "\n" {
                    _ = other
                    place += 1
                }
            } else {
                return
            }
        }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private mutating func word() -> String {
        let start = place
        while let scalar = peek(),
            scalar == "_" || Self.isDigit(scalar) || scalar.isASCII && scalar.properties.isAlphabetic
        {
            place += 1
        }
        return String(String.UnicodeScalarView(text[start..<place]))
    }

    private mutating func number() throws(CELError) -> CELToken {
        let start = place
        if peek() == "0", peek(1) == "x" || peek(1) == "X" {
            place += 2
            while let scalar = peek(), scalar.properties.isASCIIHexDigit { place += 1 }
            let digits = String(String.UnicodeScalarView(text[(start + 2)..<place]))
            if peek() == "u" || peek() == "U" {
                place += 1
                guard let value = UInt64(digits, radix: 16) else { throw .syntax("invalid number: 0x\(digits)") }
                return .uint(value)
            }
            guard let value = Int64(digits, radix: 16) else { throw .syntax("invalid number: 0x\(digits)") }
            return .int(value)
        }
        var isDouble = false
        while let scalar = peek() {
            if Self.isDigit(scalar) {
                place += 1
            } else if scalar == ".", !isDouble, peek(1).map(Self.isDigit) == true {
                isDouble = true
                place += 1
            } else if scalar == "e" || scalar == "E" {
                let sign = peek(1) == "+" || peek(1) == "-" ? 2 : 1
                guard peek(sign).map(Self.isDigit) == true else { break }
                isDouble = true
                place += sign
            } else {
                break
            }
        }
        let digits = String(String.UnicodeScalarView(text[start..<place]))
        if isDouble, let value = Double(digits) { return .double(value) }
        if peek() == "u" || peek() == "U" {
            place += 1
            if let value = UInt64(digits) { return .uint(value) }
        } else if let value = Int64(digits) {
            return .int(value)
        }
        throw .syntax("invalid number: \(digits)")
    }

    /// `r'…'`, `b"…"` and both together.
    private func stringPrefix() -> (length: Int, isRaw: Bool, isBytes: Bool)? {
        var length = 0
        var isRaw = false
        var isBytes = false
        while let scalar = peek(length), length < 2 {
            switch scalar {
            case "r", "R": isRaw = true
            case "b", "B": isBytes = true
            default: return length > 0 && (scalar == "'" || scalar == "\"") ? (length, isRaw, isBytes) : nil
            }
            length += 1
        }
        guard length > 0, let quote = peek(length), quote == "'" || quote == "\"" else { return nil }
        return (length, isRaw, isBytes)
    }

    private mutating func quoted(isRaw: Bool) throws(CELError) -> String {
        guard let quote = peek() else { throw .syntax("unterminated string") }
        let isLong = peek(1) == quote && peek(2) == quote
        let width = isLong ? 3 : 1
        place += width
        var result = String.UnicodeScalarView()
        while let scalar = peek() {
            if scalar == quote, !isLong || (peek(1) == quote && peek(2) == quote) {
                place += width
                return String(result)
            }
            if scalar == "\\", !isRaw {
                result.append(contentsOf: try escape())
            } else {
                guard scalar != "\n" || isLong else { break }
                result.append(scalar)
                place += 1
            }
        }
        throw .syntax("unterminated string")
    }

    private mutating func escape() throws(CELError) -> [Unicode.Scalar] {
        guard let kind = peek(1) else { throw .syntax("unterminated string") }
        let plain: [Unicode.Scalar: Unicode.Scalar] = [
            "n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", "\"": "\"", "`": "`", "?": "?", "a": "\u{7}",
            "b": "\u{8}", "f": "\u{c}", "v": "\u{b}",
        ]
        if let scalar = plain[kind] {
            place += 2
            return [scalar]
        }
        let lengths: [Unicode.Scalar: (Int, Int)] = ["x": (2, 16), "X": (2, 16), "u": (4, 16), "U": (8, 16)]
        let (length, radix, skipped): (Int, Int, Int)
        if let found = lengths[kind] {
            (length, radix, skipped) = (found.0, found.1, 2)
        } else if ("0"..."3").contains(kind) {
            (length, radix, skipped) = (3, 8, 1)
        } else {
            throw .syntax("invalid escape: \\\(kind)")
        }
        let start = place + skipped
        guard start + length <= text.count,
            let code = UInt32(String(String.UnicodeScalarView(text[start..<(start + length)])), radix: radix),
            let scalar = Unicode.Scalar(code)
        else { throw .syntax("invalid escape: \\\(kind)") }
        place = start + length
        return [scalar]
    }
}
