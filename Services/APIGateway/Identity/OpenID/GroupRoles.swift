import PreviewDomain

/// Which of the provider's groups have which role in which organization.
///
/// Written as `group=organization:role`, with commas between: `platform=acme:admin, devs=acme:developer`. The group
/// `*` is everyone whom the provider knows. Where names of groups have commas in them, semicolons stand between.
struct GroupRoles: Sendable, Hashable {
    private struct Grant: Sendable, Hashable {
        let group: String
        let organization: OrganizationName
        let role: Role
    }

    private let grants: [Grant]

    /// Gives nobody anything.
    init() { grants = [] }

    /// Reads the text form.
    ///
    /// - Throws: ``Unreadable`` with the piece that is not of it.
    init(_ text: String) throws(Unreadable) {
        let separator: Character = text.contains(";") ? ";" : ","
        var grants: [Grant] = []
        for piece in text.split(separator: separator) {
            let trimmed = piece.trimmed
            guard !trimmed.isEmpty else { continue }
            // Names of groups in LDAP have equals signs.
            guard let equals = trimmed.lastIndex(of: "=") else { throw Unreadable(piece: trimmed) }
            let group = trimmed[..<equals].trimmed
            let grant = trimmed[trimmed.index(after: equals)...].split(separator: ":", omittingEmptySubsequences: false)
            guard !group.isEmpty, grant.count == 2,
                let organization = OrganizationName(rawValue: grant[0].trimmed),
                let role = Role(rawValue: grant[1].trimmed)
            else { throw Unreadable(piece: trimmed) }
            grants.append(Grant(group: group, organization: organization, role: role))
        }
        self.grants = grants
    }

    /// A piece that gives no role.
    struct Unreadable: Error, CustomStringConvertible {
        let piece: String

        var description: String {
            let roles = Role.allCases.map(\.rawValue).joined(separator: ", ")
            return "\(piece) is not of the form group=organization:role, with a role of \(roles)"
        }
    }

    /// The highest role that someone of these groups has in each organization.
    func roles(of groups: some Sequence<String>) -> [OrganizationName: Role] {
        let groups = Set(groups)
        var roles: [OrganizationName: Role] = [:]
        for grant in grants where grant.group == "*" || groups.contains(grant.group) {
            roles[grant.organization] = max(grant.role, roles[grant.organization] ?? grant.role)
        }
        return roles
    }

    /// Whether some group is admin of an organization.
    func hasAdmin(of organization: OrganizationName) -> Bool {
        grants.contains { $0.organization == organization && $0.role == .admin }
    }
}

extension StringProtocol {
    /// The text without white space around it.
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
