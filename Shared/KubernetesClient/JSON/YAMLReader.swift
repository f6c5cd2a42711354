import Foundation
import Yams

/// Why a text is no YAML.
public struct YAMLParsingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and where as far as that is known.
    public let description: String
}

extension JSONValue {
    /// Reads a stream of YAML documents as Kubernetes reads them: `on` is true, `0x1F` is a number, `22:22` and dates are
    /// texts, what is in quotation marks is a text. An empty document is `null`.
    public static func documents(yaml text: String) throws(YAMLParsingError) -> [JSONValue] {
        do {
            var documents = try Yams.compose_all(yaml: text, .basic)
            var values: [JSONValue] = []
            while let node = documents.next() { values.append(try YAMLReader.value(of: node)) }
            // The sequence ends at the first error and keeps it.
            if let error = documents.error { throw error }
            return values
        } catch {
            throw (error as? YAMLParsingError) ?? YAMLParsingError(description: "\(error)")
        }
    }
}

/// Turns YAML nodes into JSON values by the rules of the YAML library that Kubernetes and Helm use.
enum YAMLReader {
    static func value(of node: Node) throws -> JSONValue {
        switch node {
        case .scalar(let scalar): Self.value(of: scalar)
        case .sequence(let sequence): .array(try sequence.map(value))
        case .mapping(let mapping): .object(try members(of: mapping))
        case .alias: throw YAMLParsingError(description: "an alias leads nowhere")
        }
    }

    private static func members(of mapping: Node.Mapping) throws -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        var merged: [String: JSONValue] = [:]
        for (key, node) in mapping {
            guard case .scalar(let name) = key else { throw YAMLParsingError(description: "a key is not a text") }
            let value = try value(of: node)
            if name.string == "<<", name.style == .plain || name.style == .any {
                for source in value.array ?? [value] { merged.merge(source.object ?? [:]) { first, _ in first } }
            } else {
                members[name.string] = value
            }
        }
        return members.merging(merged) { own, _ in own }
    }

    private static func value(of scalar: Node.Scalar) -> JSONValue {
        let text = scalar.string
        if scalar.tag.description == Tag.Name.str.rawValue { return .string(text) }
        guard scalar.style == .plain || scalar.style == .any else { return .string(text) }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return .bool(true)
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return .bool(false)
        default: return number(text) ?? .string(text)
        }
    }

    private static func number(_ text: String) -> JSONValue? {
        guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else { return nil }
        let plain = text.replacingOccurrences(of: "_", with: "")
        let isNegative = plain.hasPrefix("-")
        let digits = isNegative || plain.hasPrefix("+") ? String(plain.dropFirst()) : plain
        if let magnitude = integer(digits) { return .int(isNegative ? -magnitude : magnitude) }
        // `Double` reads more than YAML does: `infinity`, `nan`, and hexadecimal fractions.
        guard digits.utf8.allSatisfy({ "0123456789.eE+-".utf8.contains($0) }), digits.utf8.contains(where: isDigit),
            let value = Double(plain)
        else { return nil }
        return .double(value)
    }

    private static func integer(_ digits: String) -> Int64? {
        guard let first = digits.utf8.first, isDigit(first) else { return nil }
        for (prefix, radix) in [("0x", 16), ("0b", 2), ("0o", 8)] where digits.hasPrefix(prefix) {
            return Int64(digits.dropFirst(2), radix: radix)
        }
        if digits.count > 1, first == UInt8(ascii: "0"), let octal = Int64(digits, radix: 8) { return octal }
        return Int64(digits)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
