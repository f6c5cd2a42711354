/// Finds and replaces host names in text, as whole names only: `db.shop` is not in `mydb.shop` nor in `db.shopping`.
enum HostSubstitution {
    static func contains(_ host: String, in text: String) -> Bool { !ranges(of: host, in: text).isEmpty }

    static func replacing(_ host: String, with replacement: String, in text: String) -> String {
        var result = text
        for range in ranges(of: host, in: text).reversed() { result.replaceSubrange(range, with: replacement) }
        return result
    }

    private static func ranges(of host: String, in text: String) -> [Range<String.Index>] {
        // Nearly all texts hold none, and a catalogue has thousands; looking at bytes tells that soonest.
        guard holds(host, in: text) else { return [] }
        return text.ranges(of: host).filter { range in
            let before = range.lowerBound == text.startIndex ? nil : text[text.index(before: range.lowerBound)]
            let after = range.upperBound == text.endIndex ? nil : text[range.upperBound]
            return !(before.map(isNameCharacter) ?? false) && !(after.map(isNameCharacter) ?? false)
        }
    }

    private static func holds(_ host: String, in text: String) -> Bool {
        guard let first = host.utf8.first else { return true }
        var rest = text.utf8[...]
        while rest.count >= host.utf8.count, let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: host.utf8) { return true }
            rest.removeFirst()
        }
        return false
    }

    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "-" || character == ".")
    }
}
