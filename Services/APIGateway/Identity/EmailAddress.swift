/// An e-mail address as members are known by: in lower case.
struct EmailAddress: RawRepresentable, Sendable, Hashable {
    let rawValue: String

    /// Reads an address; `nil` where it can't be one.
    init?(_ text: String) {
        let pieces = text.split(separator: "@", omittingEmptySubsequences: false)
        guard pieces.count == 2, !pieces[0].isEmpty, pieces[1].contains("."), (3...254).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), !text.contains(where: \.isWhitespace)
        else { return nil }
        rawValue = text.lowercased()
    }

    init?(rawValue: String) { self.init(rawValue) }
}
