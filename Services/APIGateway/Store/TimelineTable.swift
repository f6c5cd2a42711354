import Foundation
import GRDB
import PreviewDomain

/// One thing that happened to a preview.
struct TimelineEntry: Codable, Sendable, Hashable {
    /// Grows with each entry of the installation.
    var id: Int64 = 0
    var preview: PreviewID
    var at: Date
    /// What it was, such as `service.healthy`.
    var kind: String
    /// The preview's status after it.
    var status: PreviewStatus
    /// What happened, in words.
    var message: String
    /// Who did it, where a person or a program on a person's behalf did.
    var actor: String?
}

/// Reads and writes the timeline.
enum TimelineTable {
    static func append(_ entry: TimelineEntry, organization: OrganizationName, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO timeline (preview_id, organization, at, kind, status, message, actor)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                entry.preview.rawValue, organization.rawValue, entry.at.timeIntervalSince1970, entry.kind,
                entry.status.rawValue, entry.message, entry.actor,
            ])
    }

    /// Entries after the one with the id given, oldest first, of one preview or of all of the organization.
    static func entries(
        organization: OrganizationName, preview: PreviewID?, after id: Int64, limit: Int, in database: Database
    ) throws -> [TimelineEntry] {
        let (column, value) =
            preview.map { ("preview_id", $0.rawValue) } ?? ("organization", organization.rawValue)
        return try Row.fetchAll(
            database,
            sql: """
                SELECT id, preview_id, at, kind, status, message, actor FROM timeline
                WHERE \(column) = ? AND organization = ? AND id > ? ORDER BY id LIMIT ?
                """,
            arguments: [value, organization.rawValue, id, limit]
        ).compactMap(entry)
    }

    /// The last entries of a preview, newest first.
    static func newest(
        of preview: PreviewID, organization: OrganizationName, limit: Int, in database: Database
    ) throws -> [TimelineEntry] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT id, preview_id, at, kind, status, message, actor FROM timeline
                WHERE preview_id = ? AND organization = ? ORDER BY id DESC LIMIT ?
                """,
            arguments: [preview.rawValue, organization.rawValue, limit]
        ).compactMap(entry)
    }

    private static func entry(_ row: Row) -> TimelineEntry? {
        guard let preview = PreviewID(rawValue: row["preview_id"]) else { return nil }
        return TimelineEntry(
            id: row["id"], preview: preview, at: Date(timeIntervalSince1970: row["at"]), kind: row["kind"],
            status: PreviewStatus(rawValue: row["status"]) ?? .pending, message: row["message"],
            actor: row["actor"])
    }

    /// The id of a preview's newest entry.
    static func newestID(of preview: PreviewID, in database: Database) throws -> Int64 {
        try Int64.fetchOne(
            database, sql: "SELECT MAX(id) FROM timeline WHERE preview_id = ?", arguments: [preview.rawValue]) ?? 0
    }

    /// The id of the newest entry.
    static func newestID(in database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT MAX(id) FROM timeline") ?? 0
    }
}
