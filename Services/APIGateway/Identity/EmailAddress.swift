/// An e-mail address as members are known by: in lower case.
struct EmailAddress: RawRepresentable, Sendable, Hashable {
    let rawValue: String

    /// Reads an address; `nil` where it can't be one.
    init?(_ text: String) {
        let pieces = text.split(separator: "@", omittingEmptySubsequences: false)
        guard pieces.count == 2, !pieces[0].isEmpty, pieces[1].contains("."), (3...254).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), !text.contains(where: \.isWhitespace)
        else { return nil }
        // Letters of ASCII only: the Kelvin sign is a k in lower case, but another person's mailbox.
        rawValue = String(
            decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    init?(rawValue: String) { self.init(rawValue) }
}
