import Foundation
import GRDB
import PreviewDomain

/// Keeps who did what, in the transaction of what was done.
enum AuditTable {
    static func append(_ entry: AuditEntry, in database: Database) throws {
        let changes =
            entry.changes.isEmpty
            ? nil : String(decoding: try JSONCoding.encoder.encode(entry.changes), as: UTF8.self)
        try database.execute(
            sql: """
                INSERT INTO audit (
                    at, organization, actor, action, target, detail, changes, channel, address, user_agent, message_id,
                    searched
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                entry.at.timeIntervalSince1970, entry.organization.rawValue, entry.actor, entry.action, entry.target,
                entry.detail, changes, entry.channel?.rawValue, entry.address, entry.userAgent, entry.messageID,
                searched([entry.actor, entry.target, entry.detail, entry.address]),
            ])
    }

    /// What an entry is found by, whatever the case of its letters.
    static func searched(_ texts: [String?]) -> String {
        texts.compactMap(\.self).joined(separator: "\n").lowercased()
    }

    /// The entry of a row of all columns.
    static func entry(_ row: Row) -> AuditEntry? {
        guard let organization = OrganizationName(rawValue: row["organization"]) else { return nil }
        let changes = (row["changes"] as String?).flatMap {
            try? JSONCoding.decoder.decode([AuditEntry.Change].self, from: Data($0.utf8))
        }
        var entry = AuditEntry(
            row["action"], target: row["target"], organization: organization, detail: row["detail"],
            changes: changes ?? [], cause: Cause(actor: row["actor"]), at: Date(timeIntervalSince1970: row["at"]))
        entry.id = row["id"]
        entry.channel = (row["channel"] as String?).flatMap(ChangeOrigin.Channel.init(rawValue:))
        entry.address = row["address"]
        entry.userAgent = row["user_agent"]
        entry.messageID = row["message_id"]
        return entry
    }
}
