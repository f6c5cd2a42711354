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
    /// How many places of a version are shown.
    private static let listedPlaces = 20

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

    /// The versions known of images, by repository, newest first; those of the last ones seen for the first time, and a
    /// few places of each, where there are many. Previews of other organizations are not told of.
    static func versions(
        of repositories: Set<String>, for organization: OrganizationName, in database: Database
    ) throws -> [String: [ImageVersion]] {
        guard !repositories.isEmpty else { return [:] }
        let own = "\(organization)/"
        let marks = repositories.map { _ in "?" }.joined(separator: ", ")
        let rows = try Row.fetchAll(
            database,
            sql: """
                WITH visible AS (
                    SELECT * FROM image_versions
                    WHERE repository IN (\(marks)) AND (sighting <> ? OR SUBSTR(place, 1, ?) = ?)
                ), versions AS (
                    SELECT repository, version, MIN(first_seen_at) AS first_seen_at, MAX(last_seen_at) AS last_seen_at,
                        ROW_NUMBER() OVER (
                            PARTITION BY repository ORDER BY MIN(first_seen_at) DESC, version DESC) AS position
                    FROM visible GROUP BY repository, version
                ), places AS (
                    SELECT visible.*, ROW_NUMBER() OVER (
                        PARTITION BY repository, version ORDER BY last_seen_at DESC, sighting, cluster, place
                    ) AS position FROM visible
                )
                SELECT places.*, versions.first_seen_at AS first_anywhere, versions.last_seen_at AS last_anywhere
                FROM places JOIN versions
                    ON versions.repository = places.repository AND versions.version = places.version
                WHERE versions.position <= ? AND places.position <= ?
                ORDER BY places.repository, places.version, places.position
                """,
            arguments: StatementArguments(repositories.sorted())
                + [ImageVersion.Sighting.preview.rawValue, own.unicodeScalars.count, own, listed, listedPlaces])
        var versions: [String: [ImageVersion]] = [:]
        for row in rows {
            guard let place = place(row, of: own) else { continue }
            let (repository, version): (String, String) = (row["repository"], row["version"])
            if let last = versions[repository]?.indices.last, versions[repository]?[last].version == version {
                versions[repository]?[last].places.append(place)
            } else {
                versions[repository, default: []].append(
                    ImageVersion(
                        version: version, firstSeen: Date(timeIntervalSince1970: row["first_anywhere"]),
                        lastSeen: Date(timeIntervalSince1970: row["last_anywhere"]), places: [place]))
            }
        }
        return versions.mapValues { $0.sorted(by: ImageVersion.isNewer) }
    }

    private static func place(_ row: Row, of prefix: String) -> ImageVersion.Place? {
        guard let sighting = ImageVersion.Sighting(rawValue: row["sighting"]) else { return nil }
        let place: String = row["place"]
        return .init(
            sighting: sighting, cluster: row["cluster"],
            name: sighting == .preview ? String(place.dropFirst(prefix.count)) : place,
            firstSeen: Date(timeIntervalSince1970: row["first_seen_at"]),
            lastSeen: Date(timeIntervalSince1970: row["last_seen_at"]))
    }

    /// Forgets versions that were seen nowhere for long.
    static func forget(before instant: Date, in database: Database) throws {
        try database.execute(
            sql: "DELETE FROM image_versions WHERE last_seen_at < ?", arguments: [instant.timeIntervalSince1970])
    }
}
