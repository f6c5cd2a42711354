import Foundation
import KubernetesClient

/// The operators and functions of the language, as far as definitions use them.
enum CELFunctions {
    static let types: Set<String> = [
        "bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type",
    ]

    /// What `call` and the evaluator know; anything else is refused when a definition comes.
    static let names: Set<String> = types.union([
        "size", "startsWith", "endsWith", "contains", "matches", "lowerAscii", "upperAscii", "trim", "replace",
        "split", "join", "indexOf", "lastIndexOf", "substring", "charAt", "find", "findAll", "reverse", "isSorted",
        "sum", "min", "max", "duration", "timestamp", "dyn", "has", "getFullYear", "getMonth", "getDate",
        "getDayOfMonth", "getDayOfWeek", "getHours", "getMinutes", "getSeconds", "getMilliseconds", "isURL", "url",
        "getScheme", "getHost", "getHostname", "getPort", "getEscapedPath", "isQuantity", "quantity", "compareTo",
        "isGreaterThan", "isLessThan", "asInteger", "asApproximateFloat", "isInteger", "sign", "isIP", "isCIDR",
        "hasValue", "value", "orValue", "or", "of", "none", "ofNonZeroValue", "optMap", "optFlatMap",
    ])

    private static var noOverload: CELError { .evaluation("no such overload") }

    // MARK: Operators

    static func binary(_ symbol: String, _ left: CELValue, _ right: CELValue) throws(CELError) -> CELValue {
        switch symbol {
        case "==": return .bool(left.isEqual(to: right))
        case "!=": return .bool(!left.isEqual(to: right))
        case "in":
            switch right {
            case .list(let elements, _): return .bool(elements.contains { $0.isEqual(to: left) })
            case .map(let entries): return .bool(CELKey(left).map { entries[$0] != nil } ?? false)
            default: throw noOverload
            }
        case "<", "<=", ">", ">=":
            guard let order = left.order(to: right) else { throw noOverload }
            switch symbol {
            case "<": return .bool(order == .orderedAscending)
            case "<=": return .bool(order != .orderedDescending)
            case ">": return .bool(order == .orderedDescending)
            default: return .bool(order != .orderedAscending)
            }
        default: return try arithmetic(symbol, left, right)
        }
    }

    private static func arithmetic(
        _ symbol: String, _ left: CELValue, _ right: CELValue
    ) throws(CELError) -> CELValue {
        switch (symbol, left, right) {
        case (_, .int(let a), .int(let b)): return .int(try whole(symbol, a, b))
        case (_, .uint(let a), .uint(let b)): return .uint(try whole(symbol, a, b))
        case ("+", .double(let a), .double(let b)): return .double(a + b)
        case ("-", .double(let a), .double(let b)): return .double(a - b)
        case ("*", .double(let a), .double(let b)): return .double(a * b)
        case ("/", .double(let a), .double(let b)): return .double(a / b)
        case ("+", .string(let a), .string(let b)): return .string(a + b)
        case ("+", .bytes(let a), .bytes(let b)): return .bytes(a + b)
        case ("+", .list(let a, _), .list(let b, _)): return .list(a + b)
        case ("+", .duration(let a), .duration(let b)): return .duration(a + b)
        case ("-", .duration(let a), .duration(let b)): return .duration(a - b)
        case ("+", .timestamp(let a), .duration(let b)), ("+", .duration(let b), .timestamp(let a)):
            return .timestamp(a + b)
        case ("-", .timestamp(let a), .duration(let b)): return .timestamp(a - b)
        case ("-", .timestamp(let a), .timestamp(let b)): return .duration(a - b)
        default: throw noOverload
        }
    }

    private static func whole<T: FixedWidthInteger>(_ symbol: String, _ a: T, _ b: T) throws(CELError) -> T {
        let result: (partialValue: T, overflow: Bool)
        switch symbol {
        case "+": result = a.addingReportingOverflow(b)
        case "-": result = a.subtractingReportingOverflow(b)
        case "*": result = a.multipliedReportingOverflow(by: b)
        case "/":
            guard b != 0 else { throw .evaluation("division by zero") }
            result = a.dividedReportingOverflow(by: b)
        default:
            guard b != 0 else { throw .evaluation("modulus by zero") }
            result = a.remainderReportingOverflow(dividingBy: b)
        }
        guard !result.overflow else { throw .evaluation("integer overflow") }
        return result.partialValue
    }

    // MARK: Functions

    /// Calls a function; the target of a method comes first.
    static func call(_ name: String, isMethod: Bool, _ values: [CELValue]) throws(CELError) -> CELValue {
        guard let first = values.first else { throw noOverload }
        let found: CELValue?
        switch first {
        case .string(let text): found = try CELTextFunctions.call(name, text, Array(values.dropFirst()))
        case .list(let elements, _): found = try CELListFunctions.call(name, elements, Array(values.dropFirst()))
        case .timestamp(let seconds): found = CELTimeFunctions.call(name, timestamp: seconds)
        case .duration(let seconds): found = CELTimeFunctions.call(name, duration: seconds)
        case .quantity(let quantity): found = call(name, quantity, values.dropFirst().first)
        case .url(let url): found = call(name, url)
        case .map(let entries) where name == "size": found = .int(Int64(entries.count))
        case .bytes(let bytes) where name == "size": found = .int(Int64(bytes.count))
        default: found = nil
        }
        if let found { return found }
        if !isMethod, values.count == 1, let converted = try convert(first, to: name) { return converted }
        throw noOverload
    }

    private static func call(_ name: String, _ quantity: Quantity, _ other: CELValue?) -> CELValue? {
        if case .quantity(let right)? = other {
            switch name {
            case "compareTo": return .int(quantity < right ? -1 : quantity == right ? 0 : 1)
            case "isGreaterThan": return .bool(quantity > right)
            case "isLessThan": return .bool(quantity < right)
            default: return nil
            }
        }
        switch name {
        case "isInteger": return .bool(quantity.milli % 1000 == 0)
        case "asInteger": return quantity.milli % 1000 == 0 ? .int(quantity.milli / 1000) : nil
        case "asApproximateFloat": return .double(Double(quantity.milli) / 1000)
        case "sign": return .int(quantity.milli.signum())
        default: return nil
        }
    }

    private static func call(_ name: String, _ url: URLComponents) -> CELValue? {
        switch name {
        case "getScheme": return .string(url.scheme ?? "")
        case "getHostname": return .string(url.host ?? "")
        case "getHost": return .string((url.host ?? "") + (url.port.map { ":\($0)" } ?? ""))
        case "getPort": return .string(url.port.map { String($0) } ?? "")
        case "getEscapedPath": return .string(url.percentEncodedPath)
        default: return nil
        }
    }

    private static func convert(_ value: CELValue, to type: String) throws(CELError) -> CELValue? {
        switch (type, value) {
        case ("dyn", _): return value
        case ("type", _): return .type(value.typeName)
        case ("string", _): return .string(text(value))
        case ("bool", .bool), ("int", .int), ("uint", .uint), ("double", .double): return value
        case ("int", .double(let number)): return Int64(exactly: number.rounded(.towardZero)).map { .int($0) }
        case ("int", .uint(let number)): return Int64(exactly: number).map { .int($0) }
        case ("int", .timestamp(let seconds)): return .int(Int64(seconds))
        case ("uint", .int(let number)): return UInt64(exactly: number).map { .uint($0) }
        case ("double", _): return value.number.map { .double($0) }
        case ("duration", .duration), ("timestamp", .timestamp): return value
        default: return nil
        }
    }

    /// A value as `string()` gives it.
    static func text(_ value: CELValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): String(value)
        case .int(let value): String(value)
        case .uint(let value): String(value)
        case .double(let value): value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
        case .string(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .timestamp(let seconds): Moment.text(Int(seconds))
        case .duration(let seconds): CELDuration.text(seconds)
        case .quantity(let quantity): quantity.description
        case .url(let url): url.string ?? ""
        case .list(let elements, _): "[" + elements.map(text).joined(separator: ", ") + "]"
        case .map(let entries):
            "{" + entries.map { "\(text($0.key.value)): \(text($0.value))" }.sorted().joined(separator: ", ") + "}"
        case .optional(let inner): inner.map { "optional(\(text($0)))" } ?? "optional.none()"
        case .type(let name): name
        }
    }

    /// The name of a field whose own name is no word of the language: `__dash__` for `-` and so on.
    static func unescaped(_ name: String) -> String {
        guard name.contains("__") else { return name }
        let reserved = [
            "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if",
            "import", "let", "loop", "package", "namespace", "return",
        ]
        if let word = reserved.first(where: { name == "__\($0)__" }) { return word }
        return name.replacing("__dot__", with: ".").replacing("__dash__", with: "-").replacing("__slash__", with: "/")
            .replacing("__underscores__", with: "__")
    }
}
