/// A role as a form offers it, with what it may do in words.
struct RoleChoice: Sendable {
    let value: String
    let label: String
    let explanation: String
    let isChosen: Bool

    /// Every role, from the least that one may do to the most.
    static func all(chosen: String?) -> [RoleChoice] {
        Role.allCases.map {
            RoleChoice(
                value: $0.rawValue, label: $0.label, explanation: $0.explanation, isChosen: $0.rawValue == chosen)
        }
    }
}

extension Role {
    /// The role's name for people.
    var label: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    /// What the role may do, for whoever gives or has it.
    var explanation: String {
        switch self {
        case .viewer: "Sees previews, applications, clusters and logs. Changes nothing."
        case .developer: "Does what a viewer does; creates, updates, extends, retries and tears down previews."
        case .approver: "Does what a developer does; approves, which promotes to production, and rejects."
        case .admin: "Does everything; adds members, makes tokens, ends sessions and reads the audit."
        }
    }
}
