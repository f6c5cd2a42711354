import Foundation
import GRDB
import Persistence
import PreviewDomain

/// Reads and writes whether clusters can be reached, within a transaction.
enum ClusterTable {
    /// What a preview has to know of its cluster.
    static func condition(of cluster: String, in database: Database) throws -> ClusterCondition {
        let row = try Row.fetchOne(
            database, sql: "SELECT away_since, back_since, problem FROM cluster_conditions WHERE name = ?",
            arguments: [cluster])
        guard let row else { return ClusterCondition() }
        return ClusterCondition(
            awaySince: (row["away_since"] as Double?).map(Date.init(timeIntervalSince1970:)), problem: row["problem"],
            backSince: (row["back_since"] as Double?).map(Date.init(timeIntervalSince1970:)))
    }

    /// Takes a report into account unless a newer one was.
    ///
    /// - Returns: whether the condition is another one now.
    static func record(_ observed: ClusterObserved, now: Date, in database: Database) throws -> Bool {
        let newest = try Double.fetchOne(
            database, sql: "SELECT observed_at FROM cluster_conditions WHERE name = ?", arguments: [observed.cluster])
        if let newest, newest >= observed.observedAt.timeIntervalSince1970 { return false }
        let before = try condition(of: observed.cluster, in: database)
        var after = before
        after.record(observed, now: now)
        try database.execute(
            sql: """
                INSERT INTO cluster_conditions (
                    name, observed_at, away_since, back_since, problem, last_seen, heard_at, report
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET
                    observed_at = excluded.observed_at, away_since = excluded.away_since,
                    back_since = excluded.back_since, problem = excluded.problem,
                    last_seen = COALESCE(excluded.last_seen, last_seen), heard_at = excluded.heard_at,
                    report = excluded.report
                """,
            arguments: [
                observed.cluster, observed.observedAt.timeIntervalSince1970,
                after.awaySince?.timeIntervalSince1970, after.backSince?.timeIntervalSince1970, after.problem,
                observed.isAnswering ? observed.observedAt.timeIntervalSince1970 : nil, now.timeIntervalSince1970,
                String(decoding: try JSONCoding.encoder.encode(observed), as: UTF8.self),
            ])
        return after != before
    }

    /// The newest report of every cluster, when that was heard, and when the cluster was last known to answer.
    ///
    /// - Parameter unreadable: told of the reports that can't be read.
    static func reports(
        in database: Database, unreadable: UnreadableRows
    ) throws -> [(observed: ClusterObserved, heardAt: Date, lastSeen: Date?)] {
        try Row.fetchAll(
            database, sql: "SELECT name, report, heard_at, last_seen FROM cluster_conditions"
        ).compactMap { row in
            guard let observed = unreadable.decode(ClusterObserved.self, row["report"], row: row["name"]) else {
                return nil
            }
            let heardAt = Date(timeIntervalSince1970: row["heard_at"])
            return (observed, heardAt, (row["last_seen"] as Double?).map(Date.init(timeIntervalSince1970:)))
        }
    }

    /// Previews on a cluster that are not over.
    static func openPreviews(on cluster: String, in database: Database) throws -> [String] {
        try String.fetchAll(
            database, sql: "SELECT id FROM previews WHERE cluster = ? AND is_over = ?", arguments: [cluster, false])
    }
}
