/// RFC 1123 labels: at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends.
public enum DNSLabel {
    /// The longest label that DNS allows.
    public static let maximumLength = 63

    /// Whether the text is a label.
    public static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count <= maximumLength else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && bytes.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    /// Joins the parts with hyphens, shortened where needed: a name over the limit keeps its beginning and ends in a
    /// hash of the whole, so that two different names never become one.
    public static func joining(_ parts: String..., limit: Int = maximumLength) -> String {
        shortened(parts.joined(separator: "-"), limit: limit)
    }

    /// The text itself where it fits, else its beginning and a hash of all of it.
    public static func shortened(_ text: String, limit: Int = maximumLength) -> String {
        guard text.utf8.count > limit else { return text }
        let hash = stableHash(text)
        var head = String(decoding: Array(text.utf8.prefix(limit - hash.utf8.count - 1)), as: UTF8.self)
        while head.hasSuffix("-") { head.removeLast() }
        return "\(head)-\(hash)"
    }

    /// FNV-1a, 64 bits, in 8 characters of the preview alphabet (40 bits of it).
    public static func stableHash(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        let alphabet = Array(PreviewID.alphabet)
        return String(
            (0..<8).map { _ in
                defer { hash /= UInt64(alphabet.count) }
                return alphabet[Int(hash % UInt64(alphabet.count))]
            })
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
