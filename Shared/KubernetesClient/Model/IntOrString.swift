/// A number or a name, as for a port; or a number or a share, as `25%`.
public enum IntOrString: Sendable, Hashable, Codable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    /// A number.
    case int(Int)
    /// A name or a share.
    case string(String)

    /// A number.
    public init(integerLiteral value: Int) {
        self = .int(value)
    }

    /// A name or a share.
    public init(stringLiteral value: String) {
        self = .string(value)
    }

    /// Reads a number or a text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int.self) {
            self = .int(number)
        } else {
            self = .string(try container.decode(String.self))
        }
    }

    /// Writes a number or a text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .int(let number): try container.encode(number)
        case .string(let text): try container.encode(text)
        }
    }
}
