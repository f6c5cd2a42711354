import PreviewDomain

/// An entry as the page shows it.
struct AuditLine: Sendable {
    let id: String
    let at: Moment
    let actor: String
    /// What was done, in pieces: words, and names of what it was done to.
    let pieces: [Piece]
    /// What somebody wrote with it, such as why they rejected a preview.
    let quote: String?
    let changes: [Change]
    let hasChanges: Bool
    /// Through what it came, in a word.
    let channel: String
    let address: String?
    let program: String?
    let userAgent: String?
    let messageID: String?

    /// Some of a sentence.
    struct Piece: Sendable, Hashable {
        var text: String
        /// Where a name leads.
        var path: String?
        var isName = false
        var isLink = false
    }

    /// What became of one property.
    struct Change: Sendable {
        let field: String
        let before: String?
        let after: String?
        /// Whether they are instants, which a reader sees in their own zone.
        let isTime: Bool
    }

    /// - Parameter previews: the names of the previews that are known, by id.
    init(_ entry: AuditEntry, previews: [String: String]) {
        id = String(entry.id)
        at = Moment(entry.at)
        actor =
            switch entry.actor {
            case AuditEntry.gateway: "Understudy"
            case "unknown" where entry.action == "session.refuse": "Somebody"
            default: entry.actor
            }
        let sentence = AuditSentence(entry, previews: previews)
        pieces = sentence.pieces
        quote = sentence.quote
        changes = sentence.showsChanges ? entry.changes.map(Change.init) : []
        hasChanges = !changes.isEmpty
        channel =
            switch entry.channel {
            case .console: "Console"
            case .api: "API"
            case .queue: "Queue"
            case .resource: "Resource"
            case nil: "Understudy itself"
            }
        address = entry.address
        program = entry.userAgent.map { BrowserName.text($0) }
        userAgent = entry.userAgent
        messageID = entry.messageID
    }
}

extension AuditLine.Change {
    fileprivate init(_ change: AuditEntry.Change) {
        self.init(
            field: change.field == "expiresAt" ? "ends" : change.field, before: change.before, after: change.after,
            isTime: change.field == "expiresAt")
    }
}
