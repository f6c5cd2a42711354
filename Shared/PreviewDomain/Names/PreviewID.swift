/// A preview's id: 8 characters that are not easily confused, or the name of the custom resource. One DNS label.
public struct PreviewID: RawRepresentable, Sendable, Hashable, Codable, CustomStringConvertible {
    /// The characters of generated ids: no vowels, so no words, and none that look alike.
    public static let alphabet = "bcdfghjkmnpqrstvwxz23456789"
    /// The longest id, so that `preview-<id>` is still one DNS label.
    public static let maximumLength = 55

    /// The id: a DNS label that leaves room for `preview-` before it.
    public let rawValue: String

    /// Creates an id, or `nil` unless it is a DNS label of at most 55 characters.
    public init?(rawValue: String) {
        guard DNSLabel.isValid(rawValue), rawValue.utf8.count <= Self.maximumLength else { return nil }
        self.rawValue = rawValue
    }

    private init(unchecked: String) { rawValue = unchecked }

    /// A new random id.
    public static func random() -> PreviewID {
        var generator = SystemRandomNumberGenerator()
        return random(using: &generator)
    }

    /// A new id from the generator given.
    public static func random(using generator: inout some RandomNumberGenerator) -> PreviewID {
        let characters = Array(alphabet)
        return PreviewID(
            unchecked: String((0..<8).map { _ in characters[Int.random(in: characters.indices, using: &generator)] }))
    }

    /// The namespace that the preview lives in: `preview-<id>`.
    public var namespace: String { "\(Self.namespacePrefix)\(rawValue)" }

    /// What every preview's namespace begins with.
    public static let namespacePrefix = "preview-"

    /// Reads an id. Throws where the text is none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = PreviewID(rawValue: text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription:
                    "\(quoted(text)) is no preview id: up to 55 lower-case letters, digits and inner hyphens")
        }
        self = value
    }

    /// The id.
    public var description: String { rawValue }
}
