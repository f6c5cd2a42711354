import PreviewDomain
import Synchronization

/// One thing that happened to a preview, as its page shows it.
struct TimelineEvent: Sendable {
    private static let lineLength = 280

    let id: String
    let at: Moment
    let tone: String
    let icon: String
    let kind: String
    let message: String
    /// The whole message, where it is too long for a line.
    let rest: String?
    let actor: String?

    init(_ entry: TimelineEntry) {
        id = "event-\(entry.id)"
        at = Moment(entry.at)
        let badge = Self.badge(entry)
        (tone, icon) = (badge.tone, badge.icon)
        kind = entry.kind
        actor = entry.actor
        let isLong = entry.message.count > Self.lineLength
        message = isLong ? "\(entry.message.prefix(Self.lineLength - 1))…" : entry.message
        rest = isLong ? entry.message : nil
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

/// Events as HTML. None ever changes, and a preview has hundreds; so each is rendered once.
final class RenderedEvents: Sendable {
    private let events = Mutex<[Int64: String]>([:])
    private let capacity = 20_000

    func html(of entry: TimelineEntry, templates: ConsoleTemplates) throws -> String {
        if let known = events.withLock({ $0[entry.id] }) { return known }
        let html = try templates.render(TimelineEvent(entry), with: "preview-event")
        events.withLock { events in
            if events.count >= capacity, let any = events.keys.first { events[any] = nil }
            events[entry.id] = html
        }
        return html
    }
}
