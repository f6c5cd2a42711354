import Foundation
import GRDB
import PreviewDomain

extension SessionTable {
    /// How many sessions that may still be used were begun in one way; of a single organization where one is given.
    static func count(
        _ method: SignInMethod, organization: OrganizationName? = nil, policy: SessionPolicy, now: Date,
        in database: Database
    ) throws -> Int {
        var filter = RowFilter(
            "method = ? AND reference = ? AND expires_at > ? AND last_seen_at > ?",
            [
                method.name, method.reference, now.timeIntervalSince1970,
                now.addingTimeInterval(-policy.idleLimit).timeIntervalSince1970,
            ])
        if let organization { filter.require("organization = ?", [organization.rawValue]) }
        return try Int.fetchOne(
            database, sql: "SELECT COUNT(*) FROM sessions WHERE \(filter.sql)", arguments: filter.arguments) ?? 0
    }

    /// The sessions that may still be used and were begun in one way, newest first, in whatever organization.
    static func entries(
        method: SignInMethod, policy: SessionPolicy, now: Date, in database: Database
    ) throws -> [Entry] {
        try entries("method = ? AND reference = ?", [method.name, method.reference], policy, now, in: database)
    }

    /// How many sessions may still be used of each person whom the provider knows, in one organization.
    static func countsOfPeople(
        organization: OrganizationName, policy: SessionPolicy, now: Date, in database: Database
    ) throws -> [String: Int] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT reference, COUNT(*) AS sessions FROM sessions
                WHERE organization = ? AND method = 'openid' AND expires_at > ? AND last_seen_at > ? GROUP BY reference
                """,
            arguments: [
                organization.rawValue, now.timeIntervalSince1970,
                now.addingTimeInterval(-policy.idleLimit).timeIntervalSince1970,
            ])
        return Dictionary(uniqueKeysWithValues: rows.map { ($0["reference"], $0["sessions"]) })
    }
}
