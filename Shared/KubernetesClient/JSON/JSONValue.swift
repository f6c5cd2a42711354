/// Any JSON value (RFC 8259). Integers and fractions are kept apart, so that what is read is written back unchanged.
///
/// Two values are equal when they are written alike: `1` and `1.0` differ.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction and exponent that fits 64 bits.
    case int(Int64)
    /// Any other number.
    case double(Double)
    /// A text.
    case string(String)
    /// A list of values.
    case array([JSONValue])
    /// Values by name. The order of names carries no meaning.
    case object([String: JSONValue])

    /// An object of texts, as labels and annotations are.
    public init(_ texts: [String: String]) {
        self = .object(texts.mapValues { .string($0) })
    }

    /// A list of texts.
    public init(_ texts: [String]) {
        self = .array(texts.map { .string($0) })
    }

    /// A number from an integer of the platform's width.
    public init(_ number: Int) {
        self = .int(Int64(number))
    }
}

extension JSONValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A text.
    public init(stringLiteral value: String) {
        self = .string(value)
    }

    /// An integer.
    public init(integerLiteral value: Int64) {
        self = .int(value)
    }

    /// A fraction.
    public init(floatLiteral value: Double) {
        self = .double(value)
    }

    /// `true` or `false`.
    public init(booleanLiteral value: Bool) {
        self = .bool(value)
    }

    /// A list.
    public init(arrayLiteral elements: JSONValue...) {
        self = .array(elements)
    }

    /// An object; of a name written twice the last value counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value as JSON on one line, with sorted names.
    public var description: String {
        String(decoding: serializedBytes(), as: UTF8.self)
    }
}
