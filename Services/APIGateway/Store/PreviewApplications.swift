import GRDB
import Persistence
import PreviewDomain

/// Which applications previews run versions of.
enum PreviewApplications {
    /// A preview that runs an application.
    struct Use: Sendable, Hashable {
        let cluster: String
        let application: String
        let id: String
        let name: String
        let status: PreviewStatus
        let cleanup: CleanupState
        /// How many active previews of the application there are.
        let total: Int
    }

    /// The most previews that are named of each application.
    static let limit = 5

    /// Keeps what a preview runs, in place of what it ran.
    static func save(_ preview: Preview, in database: Database) throws {
        let id = preview.id.rawValue
        try database.execute(sql: "DELETE FROM preview_applications WHERE preview_id = ?", arguments: [id])
        for application in Set(preview.services.map(\.application.description)) {
            try database.execute(
                sql: "INSERT INTO preview_applications (preview_id, cluster, application) VALUES (?, ?, ?)",
                arguments: [id, preview.cluster, application])
        }
    }

    /// The newest active previews of an organization, a few of each application; of one application where one is named.
    static func active(
        of organization: OrganizationName, on cluster: String? = nil, application: ApplicationReference? = nil,
        in database: Database
    ) throws -> [Use] {
        var sql = """
            SELECT uses.cluster, uses.application, previews.id, previews.name, previews.status, previews.cleanup,
                ROW_NUMBER() OVER (
                    PARTITION BY uses.cluster, uses.application ORDER BY previews.created_at DESC, previews.id
                ) AS place,
                COUNT(*) OVER (PARTITION BY uses.cluster, uses.application) AS total
            FROM previews JOIN preview_applications AS uses ON uses.preview_id = previews.id
            WHERE previews.organization = ? AND previews.is_active = ?
            """
        var arguments: StatementArguments = [organization.rawValue, true]
        if let cluster {
            sql += " AND uses.cluster = ?"
            arguments += [cluster]
        }
        if let application {
            sql += " AND uses.application = ?"
            arguments += [application.description]
        }
        return try Row.fetchAll(
            database, sql: "SELECT * FROM (\(sql)) AS ranked WHERE place <= ? ORDER BY cluster, application, place",
            arguments: arguments + [limit]
        ).map { row in
            Use(
                cluster: row["cluster"], application: row["application"], id: row["id"], name: row["name"],
                status: PreviewStatus(rawValue: row["status"]) ?? .pending,
                cleanup: CleanupState(rawValue: row["cleanup"]) ?? .none, total: row["total"])
        }
    }
}

extension PreviewStore {
    /// The newest active previews of an organization, a few of each application; in memory while nothing changes.
    func activeUses(of organization: OrganizationName) async throws -> [PreviewApplications.Use] {
        if let kept = rendered.uses(of: organization) { return kept }
        let ticket = rendered.ticket()
        let uses = try await database.read { try PreviewApplications.active(of: organization, in: $0) }
        rendered.keep(uses, of: organization, ticket: ticket)
        return uses
    }
}
