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
                INSERT INTO ledger (preview, cluster, api_version, kind, namespace, name, made_by, planned_at, generation)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (preview, cluster, api_version, kind, namespace, name) DO UPDATE SET
                    made_by = excluded.made_by, planned_at = excluded.planned_at, removed_at = NULL, verified_at = NULL,
                    generation = CASE WHEN excluded.generation > ledger.generation
                        THEN excluded.generation ELSE ledger.generation END
                WHERE excluded.planned_at > ledger.planned_at OR excluded.generation > ledger.generation
                """,
            arguments: [
                preview.rawValue, object.cluster, object.apiVersion, object.kind, object.namespace ?? "", object.name,
                entry.madeBy, entry.plannedAt.timeIntervalSince1970, entry.generation,
            ])
    }

    /// Notes that a service removed an object, unless it was planned since, again or by a later preview of the id.
    func remove(_ object: ObjectReference, of preview: PreviewReference, at instant: Date) throws {
        try set(
            "removed_at", of: object, preview.id, to: instant, where: "AND planned_at <= ? AND generation <= ?",
            [instant.timeIntervalSince1970, preview.generation])
    }

    /// Notes that the reaper saw that an object is gone, unless the entry is another one by now: what was planned while
    /// the reaper looked may be there.
    func verify(_ entry: LedgerEntry, of preview: PreviewID, at instant: Date) throws {
        try set(
            "verified_at", of: entry.object, preview, to: instant, where: "AND planned_at = ? AND generation = ?",
            [entry.plannedAt.timeIntervalSince1970, entry.generation])
    }

    private func set(
        _ column: String, of object: ObjectReference, _ preview: PreviewID, to instant: Date, where condition: String,
        _ arguments: StatementArguments
    ) throws {
        try database.execute(
            sql: """
                UPDATE ledger SET \(column) = ?
                WHERE preview = ? AND cluster = ? AND api_version = ? AND kind = ? AND namespace = ? AND name = ?
                \(condition)
                """,
            arguments: [
                instant.timeIntervalSince1970, preview.rawValue, object.cluster, object.apiVersion, object.kind,
                object.namespace ?? "", object.name,
            ] + arguments)
    }

    /// Everything that was planned for an id, in the order of planning.
    func entries(of preview: PreviewID) throws -> [LedgerEntry] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM ledger WHERE preview = ? ORDER BY planned_at, kind, name",
            arguments: [preview.rawValue]
        ).map(LedgerEntry.init(row:))
    }

    /// Everything that was planned for a preview until its end; what a later preview of the id planned is not.
    func entries(of preview: PreviewReference) throws -> [LedgerEntry] {
        try entries(of: preview.id).filter { $0.generation <= preview.generation }
    }

    /// Forgets what is verified gone of the generations before one.
    func forgetVerified(_ preview: PreviewID, before generation: Int) throws {
        try database.execute(
            sql: "DELETE FROM ledger WHERE preview = ? AND generation < ? AND verified_at IS NOT NULL",
            arguments: [preview.rawValue, generation])
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
            generation: row["generation"],
            removedAt: (row["removed_at"] as Double?).map(Date.init(timeIntervalSince1970:)),
            verifiedAt: (row["verified_at"] as Double?).map(Date.init(timeIntervalSince1970:)))
    }
}
