public import Foundation

/// A time with exactly six fraction digits, as leases and events have it.
public struct MicroTime: Sendable, Hashable, Codable {
    /// The time.
    public var date: Date

    /// A time.
    public init(_ date: Date) {
        self.date = date
    }

    /// Reads RFC 3339.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let date = Timestamp.parse(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is not RFC 3339 time")
        }
        self.date = date
    }

    /// Writes RFC 3339 with six fraction digits.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Timestamp.formatMicroseconds(date))
    }
}
