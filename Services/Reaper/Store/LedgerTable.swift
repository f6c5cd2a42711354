import Foundation
import GRDB
import Shared

/// Reads and writes the ledger within a transaction.
struct LedgerTable {
    let database: Database

    /// Notes that an object is about to be made. A later plan for the same object makes an earlier verification void;
    /// the repetition of a plan changes nothing.
    func plan(_ entry: LedgerEntry, for preview: PreviewID) throws {
        let object = entry.object
        try database.execute(
            sql: """
                INSERT INTO ledger (preview, cluster, api_version, kind, namespace, name, made_by, planned_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (preview, cluster, api_version, kind, namespace, name) DO UPDATE SET
                    made_by = excluded.made_by, planned_at = excluded.planned_at, removed_at = NULL, verified_at = NULL
                WHERE excluded.planned_at > ledger.planned_at
                """,
            arguments: [
                preview.rawValue, object.cluster, object.apiVersion, object.kind, object.namespace ?? "", object.name,
                entry.madeBy, entry.plannedAt.timeIntervalSince1970,
            ])
    }

    /// Notes that a service removed an object, unless it was planned again since.
    func remove(_ object: ObjectReference, of preview: PreviewID, at instant: Date) throws {
        try set("removed_at", of: object, preview, to: instant, where: "AND planned_at <= ?")
    }

    /// Notes that the reaper saw that an object is gone.
    func verify(_ object: ObjectReference, of preview: PreviewID, at instant: Date) throws {
        try set("verified_at", of: object, preview, to: instant, where: "AND planned_at <= ?")
    }

    private func set(
        _ column: String, of object: ObjectReference, _ preview: PreviewID, to instant: Date, where condition: String
    ) throws {
        try database.execute(
            sql: """
                UPDATE ledger SET \(column) = ?
                WHERE preview = ? AND cluster = ? AND api_version = ? AND kind = ? AND namespace = ? AND name = ?
                \(condition)
                """,
            arguments: [
                instant.timeIntervalSince1970, preview.rawValue, object.cluster, object.apiVersion, object.kind,
                object.namespace ?? "", object.name, instant.timeIntervalSince1970,
            ])
    }

    /// Everything that was planned for a preview, in the order of planning.
    func entries(of preview: PreviewID) throws -> [LedgerEntry] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM ledger WHERE preview = ? ORDER BY planned_at, kind, name",
            arguments: [preview.rawValue]
        ).map(LedgerEntry.init(row:))
    }

    /// Forgets a preview's objects.
    func forget(_ preview: PreviewID) throws {
        try database.execute(sql: "DELETE FROM ledger WHERE preview = ?", arguments: [preview.rawValue])
    }
}

extension LedgerEntry {
    fileprivate init(row: Row) {
        let namespace: String = row["namespace"]
        self.init(
            object: ObjectReference(
                cluster: row["cluster"], apiVersion: row["api_version"], kind: row["kind"],
                namespace: namespace.isEmpty ? nil : namespace, name: row["name"]),
            madeBy: row["made_by"], plannedAt: Date(timeIntervalSince1970: row["planned_at"]),
            removedAt: (row["removed_at"] as Double?).map(Date.init(timeIntervalSince1970:)),
            verifiedAt: (row["verified_at"] as Double?).map(Date.init(timeIntervalSince1970:)))
    }
}
