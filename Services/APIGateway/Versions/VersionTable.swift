import Foundation
import GRDB
import PreviewDomain

/// Reads and writes which versions of an image were seen, within a transaction.
enum VersionTable {
    /// A row is written again only when it says something new, give or take this many seconds.
    private static let precision: TimeInterval = 3600
    /// After how many seconds unseen a version is forgotten.
    static let lifetime: TimeInterval = 180 * 86_400
    /// How many versions of an image are shown.
    private static let listed = 200

    /// Notes that an image was seen.
    static func note(
        _ image: ImageReference, _ sighting: ImageVersion.Sighting, cluster: String, place: String, at instant: Date,
        in database: Database
    ) throws {
        // What has no tag of its own is not a version that one could ask for.
        guard let version = image.tag, !version.isEmpty else { return }
        try database.execute(
            sql: """
                INSERT INTO image_versions (repository, version, sighting, cluster, place, first_seen_at, last_seen_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (repository, version, sighting, cluster, place) DO UPDATE
                SET last_seen_at = excluded.last_seen_at
                WHERE excluded.last_seen_at > image_versions.last_seen_at + \(Int(precision))
                """,
            arguments: [
                image.repository, version, sighting.rawValue, cluster, place, instant.timeIntervalSince1970,
                instant.timeIntervalSince1970,
            ])
    }

    /// Notes what a cluster's applications run, and what its nodes hold of the same images.
    static func note(_ report: CatalogueChanged, in database: Database) throws {
        guard report.problem == nil else { return }
        for application in report.applications {
            try note(
                ImageReference(application.image), .application, cluster: report.cluster,
                place: application.reference.description, at: report.observedAt, in: database)
        }
        for image in report.images ?? [] {
            try note(
                ImageReference(image), .node, cluster: report.cluster, place: "", at: report.observedAt, in: database)
        }
    }

    /// Notes the version of a service that became healthy in a preview.
    static func learn(
        catalogue: CatalogueStore
    ) -> @Sendable (ServiceHealthy, PreviewSnapshot, Database) throws -> Void {
        { report, snapshot, database in
            let preview = snapshot.preview
            guard let service = preview.service(named: report.service),
                report.preview.generation >= service.generation,
                let application = catalogue.current.application(service.application, on: preview.cluster)
            else { return }
            try note(
                ImageReference(application.image).with(version: service.targetVersion), .preview,
                cluster: preview.cluster, place: "\(preview.organization)/\(preview.id)", at: report.observedAt,
                in: database)
        }
    }

    /// The versions known of an image, newest first. Previews of other organizations are not told of.
    static func versions(
        of repository: String, for organization: OrganizationName, in database: Database
    ) throws -> [ImageVersion] {
        var places: [String: [ImageVersion.Place]] = [:]
        let rows = try Row.fetchAll(
            database, sql: "SELECT * FROM image_versions WHERE repository = ? ORDER BY last_seen_at DESC",
            arguments: [repository])
        for row in rows {
            guard let sighting = ImageVersion.Sighting(rawValue: row["sighting"]) else { continue }
            var name: String = row["place"]
            if sighting == .preview {
                guard name.hasPrefix("\(organization)/") else { continue }
                name.removeFirst("\(organization)/".count)
            }
            places[row["version"], default: []].append(
                .init(
                    sighting: sighting, cluster: row["cluster"], name: name,
                    firstSeen: Date(timeIntervalSince1970: row["first_seen_at"]),
                    lastSeen: Date(timeIntervalSince1970: row["last_seen_at"])))
        }
        let versions = places.map { ImageVersion(version: $0.key, places: $0.value) }
        return Array(versions.sorted(by: ImageVersion.isNewer).prefix(listed))
    }

    /// Forgets versions that were seen nowhere for long.
    static func forget(before instant: Date, in database: Database) throws {
        try database.execute(
            sql: "DELETE FROM image_versions WHERE last_seen_at < ?", arguments: [instant.timeIntervalSince1970])
    }
}
