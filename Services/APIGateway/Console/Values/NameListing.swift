/// What stands around the entries of a list by name: the search, how many there are, and the ways to other pages.
struct NameListing: Sendable {
    let search: String?
    let isSearched: Bool
    let shown: String
    let previous: String?
    let next: String?

    /// - Parameters:
    ///   - address: the list's, with what narrows it beside the search.
    ///   - noun: what one entry is called, whose plural ends in an s.
    init<Item>(_ page: NamePage<Item>, of query: NameQuery, at address: PageAddress, noun: String) {
        search = query.text
        isSearched = query.text != nil
        let nouns = page.total == 1 ? noun : "\(noun)s"
        let isWhole = page.items.count == page.total
        shown = isWhole ? "\(page.total) \(nouns)" : "\(page.items.count) of \(page.total) \(nouns)"
        let found = query.text.map { address.adding("q", $0) } ?? address
        previous = page.previousCursor.map { found.adding("cursor", $0).text }
        next = page.nextCursor.map { found.adding("cursor", $0).text }
    }
}
