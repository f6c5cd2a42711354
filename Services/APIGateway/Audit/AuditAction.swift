/// What entries can be asked for: an action, or all of a kind.
struct AuditAction: Sendable, Hashable {
    /// As entries and queries have it, such as `preview.approve`; a kind is the first part of its actions.
    let name: String
    /// It for people.
    let label: String

    /// Every kind, with its actions after it.
    static let all: [AuditAction] = [
        .init(name: "preview", label: "Everything with previews"),
        .init(name: "preview.create", label: "Preview created"),
        .init(name: "preview.update", label: "Preview changed"),
        .init(name: "preview.approve", label: "Preview approved"),
        .init(name: "preview.reject", label: "Preview rejected"),
        .init(name: "preview.retry", label: "Preview retried"),
        .init(name: "preview.tear-down", label: "Preview torn down"),
        .init(name: "preview.expire", label: "Preview expired"),
        .init(name: "token", label: "Everything with tokens"),
        .init(name: "token.create", label: "Token made"), .init(name: "token.revoke", label: "Token revoked"),
        .init(name: "member", label: "Everything with members"),
        .init(name: "member.add", label: "Member added"), .init(name: "member.change", label: "Member changed"),
        .init(name: "member.remove", label: "Member removed"),
        .init(name: "session", label: "Everything with sessions"),
        .init(name: "session.start", label: "Signed in"),
        .init(name: "session.end", label: "Signed out, or session ended"),
        .init(name: "session.switch", label: "Organization chosen"),
        .init(name: "session.refuse", label: "Sign-in refused"),
    ]

    /// Whether there is an action, or a kind of actions, of that name.
    static func isKnown(_ name: String) -> Bool { all.contains { $0.name == name } }
}
