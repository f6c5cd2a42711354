import Foundation
import GRDB
import PreviewDomain

/// Reads and writes who belongs to which organization, within a transaction.
enum MemberTable {
    /// Every organization of a person, by name.
    static func memberships(of subject: String, in database: Database) throws -> [Session.Membership] {
        try members("subject = ?", [subject], in: database).map { .init(organization: $0.organization, role: $0.role) }
    }

    /// Some of an organization's members, by name.
    static func page(
        _ query: NameQuery, of organization: OrganizationName, in database: Database
    ) throws -> NamePage<Member> {
        try query.page(
            of: "members", where: RowFilter("organization = ?", [organization.rawValue]), in: database, member)
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
                    id, organization, subject, email, name, role, source, created_at, created_by, last_seen_at,
                    name_key, searched
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                    subject = excluded.subject, email = excluded.email, name = excluded.name, role = excluded.role,
                    source = excluded.source, last_seen_at = excluded.last_seen_at, name_key = excluded.name_key,
                    searched = excluded.searched
                """,
            arguments: [
                member.id, member.organization.rawValue, member.subject, member.email, member.name,
                member.role.rawValue, member.source.rawValue, member.createdAt.timeIntervalSince1970,
                member.createdBy, member.lastSeenAt?.timeIntervalSince1970, NameKey.text(member.name),
                NameKey.searched(member.name, member.email),
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
        ).compactMap(member)
    }

    private static func member(_ row: Row) -> Member? {
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
