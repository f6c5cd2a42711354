import GRDB
import PreviewDomain

extension AuditTable {
    /// Those who did something in an organization, by name; at most 200.
    static func actors(organization: OrganizationName, in database: Database) throws -> [String] {
        try String.fetchAll(
            database, sql: "SELECT DISTINCT actor FROM audit WHERE organization = ? ORDER BY actor LIMIT 200",
            arguments: [organization.rawValue])
    }

    /// The names of the previews that entries are about, by id, as far as they are known.
    static func previewNames(
        of entries: [AuditEntry], organization: OrganizationName, in database: Database
    ) throws -> [String: String] {
        let ids = Set(entries.filter { $0.action.hasPrefix("preview.") }.map(\.target)).sorted()
        guard !ids.isEmpty else { return [:] }
        let marks = ids.map { _ in "?" }.joined(separator: ", ")
        let rows = try Row.fetchAll(
            database, sql: "SELECT id, name FROM previews WHERE organization = ? AND id IN (\(marks))",
            arguments: StatementArguments([organization.rawValue] + ids))
        return Dictionary(uniqueKeysWithValues: rows.map { ($0["id"], $0["name"]) })
    }
}
