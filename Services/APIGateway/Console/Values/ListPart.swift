/// Which part of a list a page shows.
struct ListPart: Sendable, Hashable {
    /// How many come before it.
    let before: Int
    let count: Int
    /// How many there are in all.
    let total: Int

    /// The part in words, such as `31–60 of 1000 previews`.
    func text(_ noun: String) -> String {
        if total == 0 { return "No \(noun)s" }
        if count == total { return total == 1 ? "1 \(noun)" : "\(total) \(noun)s" }
        let last = before + count
        return "\(count == 1 ? "" : "\(before + 1)–")\(last) of \(total) \(noun)s"
    }
}
