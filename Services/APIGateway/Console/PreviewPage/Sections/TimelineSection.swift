import PreviewDomain

/// What happened to a preview, newest first. Each entry has its day, so that no heading has to guess the reader's zone.
struct TimelineSection: Sendable {
    struct Entry: Sendable {
        let id: String
        let at: Moment
        let tone: String
        let icon: String
        let kind: String
        let message: String
        /// The whole message, where it is too long for a line.
        let rest: String?
        let actor: String?
    }

    private static let step = 30
    private static let most = 2000
    fileprivate static let lineLength = 280

    let entries: [Entry]
    /// Where more of it is shown, if there is more.
    let older: String?

    /// How many entries a query asks for.
    static func limit(_ text: String?) -> Int { min(max(text.flatMap { Int($0) } ?? step, 1), most) }

    /// - Parameter entries: newest first, and one more than the limit where there are more.
    init(_ entries: [TimelineEntry], limit: Int, path: String) {
        self.entries = entries.prefix(limit).map(Entry.init)
        older = entries.count > limit && limit < Self.most ? "\(path)?events=\(limit + Self.step)#timeline" : nil
    }

    fileprivate static func shortened(_ message: String) -> (line: String, rest: String?) {
        message.count <= lineLength ? (message, nil) : ("\(message.prefix(lineLength - 1))…", message)
    }
}

extension TimelineSection.Entry {
    init(_ entry: TimelineEntry) {
        id = "event-\(entry.id)"
        at = Moment(entry.at)
        let badge = Self.badge(entry)
        (tone, icon) = (badge.tone, badge.icon)
        kind = entry.kind
        actor = entry.actor
        (message, rest) = TimelineSection.shortened(entry.message)
    }

    private static func badge(_ entry: TimelineEntry) -> StatusBadge {
        switch entry.kind.split(separator: ".").last {
        // What fails while the preview goes on may come to work.
        case "failed" where entry.status == .failed || entry.kind == PromotionFailed.key.description:
            StatusBadge("", .bad, icon: "failed")
        case "failed": StatusBadge("", .warning, icon: "warning")
        case "unhealthy", "stuck", "rejected": StatusBadge("", .warning, icon: "warning")
        case "ready", "healthy", "completed", "cleaned": StatusBadge("", .good, icon: "check")
        case "approved": StatusBadge("", .good, icon: "promote")
        case "expired", "torn-down": StatusBadge("", .neutral, icon: "ended")
        case "deploying", "cloning", "started": StatusBadge("", .neutral, icon: "progress")
        default: StatusBadge("", .neutral, icon: "clock")
        }
    }
}
