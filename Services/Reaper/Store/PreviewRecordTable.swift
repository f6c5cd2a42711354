import Foundation
import GRDB
import Shared

/// Reads and writes what is known of previews within a transaction.
struct PreviewRecordTable {
    let database: Database

    func record(of id: PreviewID) throws -> PreviewRecord? {
        try Row.fetchOne(database, sql: "SELECT * FROM preview WHERE id = ?", arguments: [id.rawValue])
            .map(PreviewRecord.init(row:))
    }

    func save(_ record: PreviewRecord) throws {
        try database.execute(
            sql: """
                INSERT INTO preview
                    (id, reference, status, expires_at, event_at, ended_at, cleaned_at, due_at, due_count,
                     first_generation)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                    reference = excluded.reference, status = excluded.status, expires_at = excluded.expires_at,
                    event_at = excluded.event_at, ended_at = excluded.ended_at, cleaned_at = excluded.cleaned_at,
                    due_at = excluded.due_at, due_count = excluded.due_count,
                    first_generation = excluded.first_generation
                """,
            arguments: [
                record.reference.id.rawValue, try StoredReference.encode(record.reference), record.status.rawValue,
                record.expiresAt.timeIntervalSince1970, record.eventAt.timeIntervalSince1970,
                record.endedAt?.timeIntervalSince1970, record.cleanedAt?.timeIntervalSince1970,
                record.dueAt?.timeIntervalSince1970, record.dueCount, record.firstGeneration,
            ])
    }

    /// Previews whose expiry is still to be reported.
    func withTimers() throws -> [PreviewID] {
        try String.fetchAll(database, sql: "SELECT id FROM preview WHERE due_at IS NOT NULL ORDER BY due_at")
            .compactMap(PreviewID.init(rawValue:))
    }

    /// Previews that were cleaned before an instant.
    func cleaned(before instant: Date) throws -> [PreviewID] {
        try String.fetchAll(
            database, sql: "SELECT id FROM preview WHERE cleaned_at < ?", arguments: [instant.timeIntervalSince1970]
        ).compactMap(PreviewID.init(rawValue:))
    }

    func forget(_ id: PreviewID) throws {
        try database.execute(sql: "DELETE FROM preview WHERE id = ?", arguments: [id.rawValue])
    }
}

/// A preview's reference as it is stored.
enum StoredReference {
    static func encode(_ reference: PreviewReference) throws -> String {
        String(decoding: try JSONCoding.encoder.encode(reference), as: UTF8.self)
    }

    static func decode(_ text: String) throws -> PreviewReference {
        try JSONCoding.decoder.decode(PreviewReference.self, from: Data(text.utf8))
    }
}

extension PreviewRecord {
    fileprivate init(row: Row) throws {
        self.init(
            reference: try StoredReference.decode(row["reference"]),
            status: PreviewStatus(rawValue: row["status"]) ?? .failed,
            expiresAt: Date(timeIntervalSince1970: row["expires_at"]),
            eventAt: Date(timeIntervalSince1970: row["event_at"]),
            endedAt: (row["ended_at"] as Double?).map(Date.init(timeIntervalSince1970:)),
            cleanedAt: (row["cleaned_at"] as Double?).map(Date.init(timeIntervalSince1970:)),
            dueAt: (row["due_at"] as Double?).map(Date.init(timeIntervalSince1970:)), dueCount: row["due_count"],
            firstGeneration: row["first_generation"])
    }
}
