import Foundation
import GRDB
import Shared

/// A preview whose removal is being verified, or was.
struct CleanupRecord: Sendable, Equatable {
    var preview: PreviewReference
    var requestedAt: Date
    var traceParent: String?
    /// When it was last reported as stuck.
    var reportedAt: Date?
    var completedAt: Date?
}

/// Reads and writes cleanups within a transaction.
struct CleanupTable {
    let database: Database

    func record(of id: PreviewID) throws -> CleanupRecord? {
        try Row.fetchOne(database, sql: "SELECT * FROM cleanup WHERE preview = ?", arguments: [id.rawValue])
            .map(CleanupRecord.init(row:))
    }

    func save(_ record: CleanupRecord) throws {
        try database.execute(
            sql: """
                INSERT INTO cleanup (preview, reference, requested_at, trace_parent, reported_at, completed_at)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (preview) DO UPDATE SET
                    reference = excluded.reference, requested_at = excluded.requested_at,
                    trace_parent = excluded.trace_parent, reported_at = excluded.reported_at,
                    completed_at = excluded.completed_at
                """,
            arguments: [
                record.preview.id.rawValue, try StoredReference.encode(record.preview),
                record.requestedAt.timeIntervalSince1970, record.traceParent,
                record.reportedAt?.timeIntervalSince1970, record.completedAt?.timeIntervalSince1970,
            ])
    }

    /// Previews whose removal is not verified yet.
    func open() throws -> [PreviewID] {
        try String.fetchAll(database, sql: "SELECT preview FROM cleanup WHERE completed_at IS NULL")
            .compactMap(PreviewID.init(rawValue:))
    }

    func forget(_ id: PreviewID) throws {
        try database.execute(sql: "DELETE FROM cleanup WHERE preview = ?", arguments: [id.rawValue])
    }
}

extension CleanupRecord {
    fileprivate init(row: Row) throws {
        self.init(
            preview: try StoredReference.decode(row["reference"]),
            requestedAt: Date(timeIntervalSince1970: row["requested_at"]), traceParent: row["trace_parent"],
            reportedAt: (row["reported_at"] as Double?).map(Date.init(timeIntervalSince1970:)),
            completedAt: (row["completed_at"] as Double?).map(Date.init(timeIntervalSince1970:)))
    }
}
