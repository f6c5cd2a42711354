import Foundation
import GRDB
import Logging
import Persistence
import PreviewDomain
import Synchronization

/// The applications found on the clusters: kept in memory, and in the database for the next start.
final class CatalogueStore: Sendable {
    private let database: ServiceDatabase
    private let changes: ChangeSignal
    /// Reports that could not be read, by their clusters.
    let unreadable: UnreadableRows
    private let known: Mutex<Known>

    private struct Known {
        var catalogue: Catalogue
        var index: ApplicationIndex

        init(_ catalogue: Catalogue) { (self.catalogue, index) = (catalogue, ApplicationIndex(catalogue)) }
    }

    /// Reads what was known when the process last ran.
    ///
    /// - Parameter changes: told of everything that is recorded.
    init(database: ServiceDatabase, changes: ChangeSignal = ChangeSignal(), logger: Logger) async throws {
        self.database = database
        self.changes = changes
        let unreadable = UnreadableRows(
            of: "clusters",
            remedy:
                "What was last known of this cluster is lost until its provisioner reports the next time; it is asked "
                + "for that at once.",
            logger: logger)
        self.unreadable = unreadable
        let (reports, conditions) = try await database.read { database in
            let reports = try Row.fetchAll(database, sql: "SELECT name, report FROM clusters").compactMap {
                unreadable.decode(CatalogueChanged.self, $0["report"], row: $0["name"])
            }
            return (reports, try ClusterTable.reports(in: database, unreadable: unreadable))
        }
        var known = Catalogue()
        for report in reports { known.record(report) }
        for (condition, heardAt, lastSeen) in conditions {
            known.record(condition, heardAt: heardAt)
            if let lastSeen { known.clusters[condition.cluster]?.saw(at: lastSeen) }
        }
        self.known = Mutex(Known(known))
    }

    /// What is known now.
    var current: Catalogue { known.withLock { $0.catalogue } }

    /// The applications that are known now.
    var index: ApplicationIndex { known.withLock { $0.index } }

    /// Takes a report into account unless a newer one was.
    func record(_ report: CatalogueChanged) async throws {
        try await database.write { [self] database in
            // What a report leaves out comes of the one before, so reports are completed in the order of their commits.
            let report = current.completed(report)
            let text = String(decoding: try JSONCoding.encoder.encode(report), as: UTF8.self)
            try database.execute(
                sql: """
                    INSERT INTO clusters (name, observed_at, report) VALUES (?, ?, ?)
                    ON CONFLICT (name) DO UPDATE SET observed_at = excluded.observed_at, report = excluded.report
                    WHERE excluded.observed_at > clusters.observed_at
                    """,
                arguments: [report.cluster, report.observedAt.timeIntervalSince1970, text])
            try VersionTable.note(report, in: database)
            database.afterNextTransaction { [self] _ in
                unreadable.forget(report.cluster)
                let isNew = known.withLock { known in
                    guard known.catalogue.record(report) else { return false }
                    known.index = ApplicationIndex(known.catalogue)
                    return true
                }
                if isNew { changes.signalCatalogue() }
            }
        }
    }

    /// Takes into account whether a cluster can be reached; whoever calls keeps it in the database.
    ///
    /// - Parameters:
    ///   - now: the present.
    ///   - invalidate: called where something else than the time of the report has changed, before anybody is told and
    ///     looks again.
    func record(_ observed: ClusterObserved, now: Date, invalidate: () -> Void) {
        let (isNew, isChange) = known.withLock { known in
            let before = known.catalogue.clusters[observed.cluster]?.reachability
            guard known.catalogue.record(observed, heardAt: now) else { return (false, false) }
            return (true, before?.status != observed.status || before?.addresses != observed.addresses)
        }
        if isChange { invalidate() }
        if isNew { changes.signalCatalogue() }
    }
}
