import Foundation

/// Values of a Secret's `data`.
enum SecretValue {
    /// The bytes that a value stands for.
    static func bytes(_ value: String) -> Data? { Data(base64Encoded: value) }

    /// The text that a value stands for.
    static func text(_ value: String) -> String? { bytes(value).map { String(decoding: $0, as: UTF8.self) } }

    /// A text in the form of `data`.
    static func encode(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}
