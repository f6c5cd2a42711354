import Foundation
import GRDB
import PreviewDomain

/// Reads and writes sessions, within a transaction.
enum SessionTable {
    /// A session as lists show it.
    struct Entry: Codable, Sendable, Hashable {
        var id: String
        var organization: OrganizationName
        var name: String
        var role: Role
        /// How the person signed in: `token`, `bootstrap` or `openid`.
        var method: String
        var address: String?
        var userAgent: String?
        var createdAt: Date
        var lastSeenAt: Date
        var expiresAt: Date
    }

    static func insert(_ session: Session, hash: String, idToken: String?, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO sessions (
                    hash, id, organization, name, role, method, reference, address, user_agent, created_at,
                    last_seen_at, expires_at, id_token
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                hash, session.id, session.principal.organization.rawValue, session.principal.name,
                session.principal.role.rawValue, session.method.name, session.method.reference,
                session.origin.address, session.origin.userAgent, session.createdAt.timeIntervalSince1970,
                session.lastSeenAt.timeIntervalSince1970, session.expiresAt.timeIntervalSince1970, idToken,
            ])
    }

    static func session(of key: SessionKey, in database: Database) throws -> Session? {
        let row = try Row.fetchOne(database, sql: "SELECT * FROM sessions WHERE hash = ?", arguments: [key.hash])
        guard let row, let organization = OrganizationName(rawValue: row["organization"]),
            let role = Role(rawValue: row["role"]),
            let method = SignInMethod(name: row["method"], reference: row["reference"])
        else { return nil }
        var principal = Principal(organization: organization, name: row["name"], role: role)
        var memberships = [Session.Membership(organization: organization, role: role)]
        switch method {
        case .bootstrap: principal.isBootstrap = true
        case .token(let id): principal.tokenID = id
        case .openID(let subject): memberships = try MemberTable.memberships(of: subject, in: database)
        }
        return Session(
            id: row["id"], principal: principal, method: method, memberships: memberships,
            origin: RequestOrigin(address: row["address"], userAgent: row["user_agent"]),
            createdAt: Date(timeIntervalSince1970: row["created_at"]),
            lastSeenAt: Date(timeIntervalSince1970: row["last_seen_at"]),
            expiresAt: Date(timeIntervalSince1970: row["expires_at"]), csrfToken: key.csrfToken)
    }

    /// What the provider said of the person, which it wants to see again when they sign out there, too.
    static func idToken(of hash: String, in database: Database) throws -> String? {
        try String.fetchOne(database, sql: "SELECT id_token FROM sessions WHERE hash = ?", arguments: [hash])
    }

    /// The sessions of a condition that may still be used, newest first.
    static func entries(
        _ condition: String, _ arguments: StatementArguments, _ policy: SessionPolicy, _ now: Date,
        in database: Database
    ) throws -> [Entry] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM sessions WHERE \(condition) ORDER BY created_at DESC, id",
            arguments: arguments
        ).compactMap(entry).filter {
            policy.admits(lastSeenAt: $0.lastSeenAt, expiresAt: $0.expiresAt, now: now)
        }
    }

    /// The session of a row of all columns.
    static func entry(_ row: Row) -> Entry? {
        guard let organization = OrganizationName(rawValue: row["organization"]), let role = Role(rawValue: row["role"])
        else { return nil }
        return Entry(
            id: row["id"], organization: organization, name: row["name"], role: role, method: row["method"],
            address: row["address"], userAgent: row["user_agent"],
            createdAt: Date(timeIntervalSince1970: row["created_at"]),
            lastSeenAt: Date(timeIntervalSince1970: row["last_seen_at"]),
            expiresAt: Date(timeIntervalSince1970: row["expires_at"]))
    }

    static func touch(hash: String, at now: Date, in database: Database) throws {
        try database.execute(
            sql: "UPDATE sessions SET last_seen_at = ? WHERE hash = ?", arguments: [now.timeIntervalSince1970, hash])
    }

    static func choose(_ membership: Session.Membership, hash: String, in database: Database) throws {
        try database.execute(
            sql: "UPDATE sessions SET organization = ?, role = ? WHERE hash = ?",
            arguments: [membership.organization.rawValue, membership.role.rawValue, hash])
    }

    /// Gives a person's sessions in an organization another role.
    static func setRole(
        _ role: Role, subject: String, organization: OrganizationName, in database: Database
    ) throws {
        try database.execute(
            sql: """
                UPDATE sessions SET role = ? WHERE method = 'openid' AND reference = ? AND organization = ?
                """,
            arguments: [role.rawValue, subject, organization.rawValue])
    }

    /// Ends the sessions of whoever signed in so; of a single organization where one is given.
    static func end(
        method: SignInMethod, organization: OrganizationName? = nil, in database: Database
    ) throws {
        var sql = "DELETE FROM sessions WHERE method = ? AND reference = ?"
        var arguments: StatementArguments = [method.name, method.reference]
        if let organization {
            sql += " AND organization = ?"
            arguments += [organization.rawValue]
        }
        try database.execute(sql: sql, arguments: arguments)
    }

    /// Forgets what can't be used any more.
    static func forget(policy: SessionPolicy, now: Date, in database: Database) throws {
        try database.execute(
            sql: "DELETE FROM sessions WHERE expires_at <= ? OR last_seen_at <= ?",
            arguments: [
                now.timeIntervalSince1970, now.addingTimeInterval(-policy.idleLimit).timeIntervalSince1970,
            ])
    }
}
