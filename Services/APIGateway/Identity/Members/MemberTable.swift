import Foundation
import GRDB
import PreviewDomain

/// Reads and writes who belongs to which organization, within a transaction.
enum MemberTable {
    /// Every organization of a person, by name.
    static func memberships(of subject: String, in database: Database) throws -> [Session.Membership] {
        try members("subject = ?", [subject], in: database).map { .init(organization: $0.organization, role: $0.role) }
    }

    /// An organization's members, by name.
    static func members(of organization: OrganizationName, in database: Database) throws -> [Member] {
        try members("organization = ?", [organization.rawValue], in: database).sorted {
            ($0.name.lowercased(), $0.id) < ($1.name.lowercased(), $1.id)
        }
    }

    /// A person's entries, by organization.
    static func members(subject: String, in database: Database) throws -> [Member] {
        try members("subject = ?", [subject], in: database)
    }

    /// Entries that an admin made for an address, whose owner has not signed in.
    static func awaited(email: String, in database: Database) throws -> [Member] {
        try members("email = ? AND subject IS NULL", [email], in: database)
    }

    /// The member of an organization with the id or the e-mail address given.
    static func member(
        _ idOrEmail: String, organization: OrganizationName, in database: Database
    ) throws -> Member? {
        let email = EmailAddress(idOrEmail)?.rawValue ?? ""
        return try members(
            "organization = ? AND (id = ? OR email = ?)", [organization.rawValue, idOrEmail, email], in: database
        ).first
    }

    static func save(_ member: Member, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO members (
                    id, organization, subject, email, name, role, source, created_at, created_by, last_seen_at
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                    subject = excluded.subject, email = excluded.email, name = excluded.name, role = excluded.role,
                    source = excluded.source, last_seen_at = excluded.last_seen_at
                """,
            arguments: [
                member.id, member.organization.rawValue, member.subject, member.email, member.name,
                member.role.rawValue, member.source.rawValue, member.createdAt.timeIntervalSince1970,
                member.createdBy, member.lastSeenAt?.timeIntervalSince1970,
            ])
    }

    static func remove(_ member: Member, in database: Database) throws {
        try database.execute(sql: "DELETE FROM members WHERE id = ?", arguments: [member.id])
    }

    private static func members(
        _ condition: String, _ arguments: StatementArguments, in database: Database
    ) throws -> [Member] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM members WHERE \(condition) ORDER BY organization, id", arguments: arguments
        ).compactMap { row in
            guard let organization = OrganizationName(rawValue: row["organization"]),
                let role = Role(rawValue: row["role"]), let source = Member.Source(rawValue: row["source"])
            else { return nil }
            let subject: String? = row["subject"]
            return Member(
                id: row["id"], organization: organization, name: row["name"], email: row["email"], role: role,
                source: source, hasSignedIn: subject != nil, createdAt: Date(timeIntervalSince1970: row["created_at"]),
                createdBy: row["created_by"],
                lastSeenAt: (row["last_seen_at"] as Double?).map(Date.init(timeIntervalSince1970:)), subject: subject)
        }
    }
}
