/// The organization that a preview belongs to: one word of a routing key, so letters, digits and hyphens only.
public struct OrganizationName: RawRepresentable, Sendable, Hashable, Codable, CustomStringConvertible {
    /// The name: a DNS label, as it is part of routing keys.
    public let rawValue: String

    /// Creates a name, or `nil` unless it is 1 to 63 lower-case letters, digits and inner hyphens.
    public init?(rawValue: String) {
        guard DNSLabel.isValid(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    private init(known: String) { rawValue = known }

    /// The organization of an installation that names no other.
    public static let `default` = OrganizationName(known: "default")
    /// Stands in routing keys of messages that belong to no organization, such as those about a cluster.
    public static let system = OrganizationName(known: "system")

    /// Reads a name. Throws where the text is no DNS label.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = OrganizationName(rawValue: text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription:
                    "\(quoted(text)) is no organization name: up to 63 lower-case letters, digits and inner hyphens")
        }
        self = value
    }

    /// The name.
    public var description: String { rawValue }
}
