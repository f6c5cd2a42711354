/// Two versions side by side: what they begin and end with alike, and what differs between.
///
/// Versions are compared by their components, so that `1.9` and `1.10` differ in `9` and `10`.
struct VersionDifference: Sendable, Hashable {
    let from: String
    let to: String
    /// What both begin with.
    let prefix: String
    let removed: String
    let added: String
    /// What both end with.
    let suffix: String
    let isChanged: Bool

    init(from: String, to: String) {
        isChanged = from != to
        (self.from, self.to) = (VersionName.short(from), VersionName.short(to))
        let (old, new) = (Self.components(self.from), Self.components(self.to))
        let head = zip(old, new).prefix { $0 == $1 }.count
        let shared = min(old.count, new.count) - head
        let tail = zip(old.reversed(), new.reversed()).prefix(shared).prefix { $0 == $1 }.count
        prefix = old.prefix(head).joined()
        suffix = old.suffix(tail).joined()
        removed = old.dropFirst(head).dropLast(tail).joined()
        added = new.dropFirst(head).dropLast(tail).joined()
    }

    /// The runs of letters and digits of a version, and what stands between them.
    private static func components(_ version: String) -> [String] {
        var components: [String] = []
        var isWord = false
        for character in version {
            let continues = (character.isLetter || character.isNumber)
            if continues, isWord, let last = components.indices.last {
                components[last].append(character)
            } else {
                components.append(String(character))
            }
            isWord = continues
        }
        return components
    }
}
