import Foundation
import GRDB
import PreviewDomain

/// Reads and writes who belongs to which organization, within a transaction.
enum MemberTable {
    /// Every organization of a person, by name.
    static func memberships(of subject: String, in database: Database) throws -> [Session.Membership] {
        try Row.fetchAll(
            database, sql: "SELECT organization, role FROM members WHERE subject = ? ORDER BY organization",
            arguments: [subject]
        ).compactMap { row in
            guard let organization = OrganizationName(rawValue: row["organization"]),
                let role = Role(rawValue: row["role"])
            else { return nil }
            return .init(organization: organization, role: role)
        }
    }
}
