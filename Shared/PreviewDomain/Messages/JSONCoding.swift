public import Foundation

/// The JSON conventions of messages and of the REST API: RFC 3339 times in UTC with milliseconds, sorted keys.
public enum JSONCoding {
    /// An encoder with the conventions set.
    public static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(format(date))
        }
        return encoder
    }

    /// A decoder that accepts RFC 3339 times with or without fractions of a second.
    public static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let date = parseTime(text) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is not RFC 3339 time")
            }
            return date
        }
        return decoder
    }

    /// The time in RFC 3339, UTC, with milliseconds.
    public static func format(_ date: Date) -> String {
        RFC3339.format(date) ?? date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// The time that an RFC 3339 text names, or `nil` where it is none.
    public static func parseTime(_ text: String) -> Date? {
        RFC3339.parse(text)
    }
}
