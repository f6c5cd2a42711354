import Foundation
import GRDB
import PreviewDomain

/// The resources that previews were asked for by.
enum ResourceTable {
    /// What is known of a resource.
    struct Entry: Sendable {
        /// The id of its preview; `nil` where none was made.
        var preview: PreviewID?
        /// Whether it is gone, so that nothing may be made for it any more.
        var isWithdrawn: Bool
    }

    /// The entry of this very resource.
    static func entry(of resource: PreviewResource, in database: Database) throws -> Entry? {
        try Row.fetchOne(
            database, sql: "SELECT preview_id, withdrawn_at FROM resources WHERE cluster = ? AND uid = ?",
            arguments: [resource.cluster, resource.uid]
        ).map { row in
            Entry(
                preview: (row["preview_id"] as String?).flatMap(PreviewID.init(rawValue:)),
                isWithdrawn: row["withdrawn_at"] as Double? != nil)
        }
    }

    /// The id that the last preview had of a resource of the same name in the same namespace.
    static func lastPreview(like resource: PreviewResource, in database: Database) throws -> PreviewID? {
        try String.fetchOne(
            database,
            sql: """
                SELECT preview_id FROM resources
                WHERE cluster = ? AND namespace = ? AND name = ? AND preview_id IS NOT NULL
                ORDER BY noted_at DESC LIMIT 1
                """,
            arguments: [resource.cluster, resource.namespace, resource.name]
        ).flatMap(PreviewID.init(rawValue:))
    }

    /// Notes the preview of a resource.
    static func note(_ preview: PreviewID, of resource: PreviewResource, at now: Date, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO resources (cluster, uid, namespace, name, preview_id, noted_at) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (cluster, uid) DO UPDATE SET preview_id = excluded.preview_id
                """,
            arguments: [
                resource.cluster, resource.uid, resource.namespace, resource.name, preview.rawValue,
                now.timeIntervalSince1970,
            ])
    }

    /// Notes that a resource is gone.
    static func withdraw(_ resource: PreviewResource, at now: Date, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO resources (cluster, uid, namespace, name, withdrawn_at, noted_at) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (cluster, uid) DO UPDATE SET withdrawn_at = COALESCE(withdrawn_at, excluded.withdrawn_at)
                """,
            arguments: [
                resource.cluster, resource.uid, resource.namespace, resource.name, now.timeIntervalSince1970,
                now.timeIntervalSince1970,
            ])
    }
}
