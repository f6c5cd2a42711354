import PreviewDomain

/// An entry in words, after the name of whoever did it.
struct AuditSentence: Sendable {
    private(set) var pieces: [AuditLine.Piece] = []
    /// What somebody wrote with it.
    private(set) var quote: String?
    /// Whether the sentence leaves out what was changed.
    private(set) var showsChanges = false

    init(_ entry: AuditEntry, previews: [String: String]) {
        func role(_ side: KeyPath<AuditEntry.Change, String?>) -> String? {
            entry.changes.first { $0.field == "role" }?[keyPath: side]
        }
        switch entry.action {
        case "preview.create": say("created", preview: entry.target, previews)
        case "preview.update":
            say("changed", preview: entry.target, previews)
            showsChanges = true
        case "preview.approve":
            if let service = entry.detail {
                say("approved the service", service)
                say("of", preview: entry.target, previews)
            } else {
                say("approved", preview: entry.target, previews)
            }
        case "preview.reject":
            say("rejected", preview: entry.target, previews)
            quote = entry.detail
        case "preview.retry" where entry.detail == nil:
            say("tried again what had failed of", preview: entry.target, previews)
        case "preview.retry":
            say("promoted anyway what production had overtaken of", preview: entry.target, previews)
            showsChanges = true
        case "preview.tear-down":
            say("tore down", preview: entry.target, previews)
            if let detail = entry.detail { say("because \(detail)") }
        case "preview.expire":
            say("ended", preview: entry.target, previews)
            say("whose time to live was over")
        case "token.create":
            say("made the token", entry.target)
            if let role = role(\.after) { say("with the role \(role)") }
        case "token.revoke": say("revoked the token", entry.target)
        case "member.add":
            say("added the member", entry.target)
            if let role = role(\.after) { say("as \(role)") }
        case "member.change":
            say("changed the member", entry.target)
            showsChanges = true
        case "member.remove": say("removed the member", entry.target)
        case "session.start":
            say("signed in \(entry.detail ?? "")")
            showsChanges = true
        case "session.end" where entry.target == entry.actor: say("signed out, or ended an own session")
        case "session.end":
            say("ended a session of", entry.target)
            if let detail = entry.detail { say(detail) }
        case "session.switch": say("went over to the organization", entry.organization.rawValue)
        case "session.refuse":
            say("was refused at signing in")
            quote = entry.detail
        default:
            say("did \(entry.action) to", entry.target)
            quote = entry.detail
            showsChanges = true
        }
    }

    /// Adds words, and a name after them.
    private mutating func say(_ words: String, _ name: String? = nil) {
        pieces.append(.init(text: words))
        if let name { pieces.append(.init(text: name, isName: true)) }
    }

    /// Adds words and a preview: by name with a link, or by id where it is gone.
    private mutating func say(_ words: String, preview id: String, _ names: [String: String]) {
        pieces.append(.init(text: "\(words) preview"))
        if let name = names[id] {
            pieces.append(.init(text: name, path: "/previews/\(id)", isLink: true))
        } else {
            pieces.append(.init(text: id, isName: true))
        }
    }
}
