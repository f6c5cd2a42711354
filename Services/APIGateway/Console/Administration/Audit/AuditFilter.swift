/// Which entries a person wants to see, as the page's address says it.
struct AuditFilter: Sendable, Hashable {
    static let fields = ["q", "actor", "action", "from", "to"]
    private let values: [String: String]

    init(_ form: Form) {
        values = Self.fields.reduce(into: [:]) { $0[$1] = form.text($1) }
    }

    subscript(field: String) -> String? { values[field] }

    var isEmpty: Bool { values.isEmpty }

    /// The address of a page of these entries.
    func path(_ path: String = "/audit", _ more: (name: String, value: String)...) -> String {
        let chosen = Self.fields.compactMap { name in values[name].map { PageAddress.Field(name: name, value: $0) } }
        return PageAddress(path, fields: chosen + more.map { .init(name: $0.name, value: $0.value) }).text
    }
}

/// An action, or all of one kind, that one can ask for.
struct AuditActionChoice: Sendable {
    let value: String
    let label: String
    let isChosen: Bool

    private static let all: [(String, String)] = [
        ("preview", "Everything with previews"), ("preview.create", "Preview created"),
        ("preview.update", "Preview changed"), ("preview.approve", "Preview approved"),
        ("preview.reject", "Preview rejected"), ("preview.retry", "Preview retried"),
        ("preview.tear-down", "Preview torn down"), ("preview.expire", "Preview expired"),
        ("token", "Everything with tokens"), ("token.create", "Token made"), ("token.revoke", "Token revoked"),
        ("member", "Everything with members"), ("member.add", "Member added"), ("member.change", "Member changed"),
        ("member.remove", "Member removed"), ("session", "Everything with sessions"), ("session.start", "Signed in"),
        ("session.end", "Signed out, or session ended"), ("session.switch", "Organization chosen"),
        ("session.refuse", "Sign-in refused"),
    ]

    /// Every choice; one that is asked for and not among them as well.
    static func all(chosen: String?) -> [AuditActionChoice] {
        var choices = all
        if let chosen, !choices.contains(where: { $0.0 == chosen }) { choices.append((chosen, chosen)) }
        return choices.map { AuditActionChoice(value: $0.0, label: $0.1, isChosen: $0.0 == chosen) }
    }
}
