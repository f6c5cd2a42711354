/// Which entries a person wants to see, as the page's address says it.
struct AuditFilter: Sendable {
    private static let fields = ["q", "actor", "action", "from", "to"]
    private let form: Form

    /// Something beyond what the fields of the page have room for, with the address of the page without it.
    struct Chip: Sendable {
        let name: String
        let label: String
        let value: String
        let without: String
    }

    init(_ form: Form) { self.form = form }

    /// What stands in a field; the first value of one that was given several times.
    subscript(field: String) -> String? { form.text(field) }

    var isEmpty: Bool { Self.fields.allSatisfy { form.text($0) == nil } }

    /// The second actor and action, and what comes after them.
    var chips: [Chip] {
        [("actor", "Person"), ("action", "Action")].flatMap { name, label in
            form.all(name).filter { !$0.isEmpty }.dropFirst().map { value in
                Chip(name: name, label: label, value: value, without: address().removing(name, value).text)
            }
        }
    }

    /// The address of these entries.
    func address(_ path: String = "/audit") -> PageAddress {
        var address = PageAddress(path)
        for name in Self.fields + ["zone"] {
            for value in form.all(name) where !value.isEmpty { address = address.adding(name, value) }
        }
        return address
    }
}

/// An action, or all of one kind, that one can choose.
struct AuditActionChoice: Sendable {
    let value: String
    let label: String
    let isChosen: Bool

    /// Every choice.
    static func all(chosen: String?) -> [AuditActionChoice] {
        AuditAction.all.map { AuditActionChoice(value: $0.name, label: $0.label, isChosen: $0.name == chosen) }
    }
}
