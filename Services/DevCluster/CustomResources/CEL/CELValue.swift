import Foundation
import KubernetesClient

/// A value of the Common Expression Language.
indirect enum CELValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case list([CELValue], isSet: Bool = false)
    case map([CELKey: CELValue])
    /// Seconds since 1970.
    case timestamp(Double)
    /// Seconds.
    case duration(Double)
    case quantity(Quantity)
    case url(URLComponents)
    /// There or not, as `self.?field` gives it.
    case optional(CELValue?)
    case type(String)

    var typeName: String {
        switch self {
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .list: "list"
        case .map: "map"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .quantity: "kubernetes.Quantity"
        case .url: "kubernetes.URL"
        case .optional: "optional_type"
        case .type: "type"
        }
    }

    /// The number, for comparisons across the kinds of numbers.
    var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .uint(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}

/// What a map can be asked by. Numbers that are equal are the same key.
enum CELKey: Sendable, Hashable {
    case bool(Bool)
    case int(Int64)
    case string(String)

    init?(_ value: CELValue) {
        switch value {
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .uint(let value) where value <= UInt64(Int64.max): self = .int(Int64(value))
        case .double(let value) where value == value.rounded() && abs(value) < 0x1p53: self = .int(Int64(value))
        case .string(let value): self = .string(value)
        default: return nil
        }
    }

    var value: CELValue {
        switch self {
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .string(let value): .string(value)
        }
    }
}

extension CELValue {
    /// A JSON value as the schema of its place types it.
    init(_ json: JSONValue, schema: Schema) {
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .int(let value): self = schema.kind == .number ? .double(Double(value)) : .int(value)
        case .double(let value):
            self = schema.kind == .integer && value == value.rounded() ? .int(Int64(value)) : .double(value)
        case .string(let text):
            switch schema.rules?.format {
            case "date-time", "date": self = Moment.seconds(text).map { .timestamp($0) } ?? .string(text)
            case "duration": self = CELDuration.seconds(text).map { .duration($0) } ?? .string(text)
            case "byte": self = Data(base64Encoded: text).map { .bytes(Array($0)) } ?? .string(text)
            default: self = .string(text)
            }
        case .array(let elements):
            self = .list(
                elements.map { CELValue($0, schema: schema.items ?? .any) }, isSet: schema.topology == .set)
        case .object(let members):
            let fields = schema.fields
            var entries: [CELKey: CELValue] = [:]
            for (name, member) in members {
                let field = fields[name]?.schema ?? schema.values ?? .any
                // A missing field and one that is null are the same, but where null is a value of its own.
                if member == .null, fields[name] != nil, !field.isNullable { continue }
                entries[.string(name)] = CELValue(member, schema: field)
            }
            self = .map(entries)
        }
    }

    func isEqual(to other: CELValue) -> Bool {
        if let left = number, let right = other.number {
            if case .int(let a) = self, case .int(let b) = other { return a == b }
            return left == right
        }
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let a), .bool(let b)): return a == b
        case (.string(let a), .string(let b)): return a == b
        case (.bytes(let a), .bytes(let b)): return a == b
        case (.timestamp(let a), .timestamp(let b)), (.duration(let a), .duration(let b)): return a == b
        case (.type(let a), .type(let b)): return a == b
        case (.quantity(let a), .quantity(let b)): return a == b
        case (.url(let a), .url(let b)): return a == b
        case (.optional(let a), .optional(let b)):
            guard let a, let b else { return a == nil && b == nil }
            return a.isEqual(to: b)
        case (.list(let a, let isSet), .list(let b, let isOtherSet)):
            guard a.count == b.count else { return false }
            guard isSet || isOtherSet else { return zip(a, b).allSatisfy { $0.isEqual(to: $1) } }
            return a.allSatisfy { element in b.contains { $0.isEqual(to: element) } }
        case (.map(let a), .map(let b)):
            return a.count == b.count
                && a.allSatisfy { key, value in b[key].map { value.isEqual(to: $0) } ?? false }
        default: return false
        }
    }

    /// Less, equal or greater; `nil` when the two have no order.
    func order(to other: CELValue) -> ComparisonResult? {
        func compare<T: Comparable>(_ a: T, _ b: T) -> ComparisonResult {
            a < b ? .orderedAscending : a > b ? .orderedDescending : .orderedSame
        }
        switch (self, other) {
        case (.int(let a), .int(let b)): return compare(a, b)
        case (.bool(let a), .bool(let b)): return compare(a ? 1 : 0, b ? 1 : 0)
        case (.string(let a), .string(let b)):
            // UTF-8 orders as code points do.
            if a == b { return .orderedSame }
            return a.utf8.lexicographicallyPrecedes(b.utf8) ? .orderedAscending : .orderedDescending
        case (.timestamp(let a), .timestamp(let b)), (.duration(let a), .duration(let b)): return compare(a, b)
        case (.quantity(let a), .quantity(let b)): return compare(a, b)
        default:
            guard let a = number, let b = other.number, !a.isNaN, !b.isNaN else { return nil }
            return compare(a, b)
        }
    }
}
