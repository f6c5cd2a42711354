import GRDB
import HTTPTypes
import PreviewDomain

/// The ways in which someone gets in as an admin of an organization. One always has to be left.
struct AdminWays: Sendable {
    /// Whether the installation's first token is configured: whoever has it can make tokens for every organization.
    let hasBootstrapToken: Bool
    /// The groups that have roles, where there is a provider.
    let groups: GroupRoles?

    /// A way that is about to be closed.
    enum Way: Sendable {
        case member(id: String)
        case token(id: String)
    }

    /// Checks that another way is left, within a transaction.
    ///
    /// - Throws: ``Problem`` that says what to do first.
    func requireAnother(in organization: OrganizationName, except way: Way, _ database: Database) throws {
        if hasBootstrapToken || groups?.hasAdmin(of: organization) == true { return }
        var (member, token) = ("", "")
        switch way {
        case .member(let id): member = id
        case .token(let id): token = id
        }
        let tokens = try Int.fetchOne(
            database, sql: "SELECT COUNT(*) FROM tokens WHERE organization = ? AND role = 'admin' AND id <> ?",
            arguments: [organization.rawValue, token])
        let members = try Int.fetchOne(
            database, sql: "SELECT COUNT(*) FROM members WHERE organization = ? AND role = 'admin' AND id <> ?",
            arguments: [organization.rawValue, member])
        // Without a provider no member can sign in.
        guard (tokens ?? 0) + (groups == nil ? 0 : members ?? 0) == 0 else { return }
        throw Problem(
            .conflict, "last-admin",
            "It is the last way to manage \(organization); make somebody else an admin, or a token, first.")
    }
}
