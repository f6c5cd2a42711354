import PreviewDomain

/// What happened to a preview, newest first. Each entry has its day, so that no heading has to guess the reader's zone.
struct TimelineSection: Sendable {
    private static let step = 30
    private static let most = 2000

    /// HTML, rendered by the template of events.
    let events: [String]
    /// Where more of it is shown, if there is more.
    let older: String?

    /// How many entries a query asks for.
    static func limit(_ text: String?) -> Int { min(max(text.flatMap { Int($0) } ?? step, 1), most) }

    /// - Parameters:
    ///   - entries: newest first, and one more than the limit where there are more.
    ///   - html: an entry as HTML.
    init(
        _ entries: [TimelineEntry], limit: Int, path: String, html: (TimelineEntry) throws -> String
    ) rethrows {
        events = try entries.prefix(limit).map(html)
        older = entries.count > limit && limit < Self.most ? "\(path)?events=\(limit + Self.step)#timeline" : nil
    }
}
