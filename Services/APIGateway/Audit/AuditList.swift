import Foundation
import GRDB
import Persistence
import PreviewDomain

/// Pages of what was done in an organization, newest first.
struct AuditList: Sendable {
    let database: ServiceDatabase

    /// Some entries, and where the pages of older and of newer ones begin.
    struct Page: Sendable, Encodable {
        var items: [AuditEntry]
        var nextCursor: String?
        var previousCursor: String?
    }

    func page(_ query: Query, organization: OrganizationName) async throws -> Page {
        var filter = RowFilter("organization = ?", [organization.rawValue])
        if let text = query.text {
            filter.require("searched LIKE ? ESCAPE '\\'", ["%\(text.lowercased().escapedForLike)%"])
        }
        if !query.actors.isEmpty { filter.require("actor", among: query.actors) }
        if !query.actions.isEmpty {
            filter.requireAny(
                query.actions.flatMap {
                    [("action = ?", $0), ("action LIKE ? ESCAPE '\\'", "\($0.escapedForLike).%")]
                })
        }
        if let from = query.from { filter.require("at >= ?", [from.timeIntervalSince1970]) }
        if let to = query.to { filter.require("at < ?", [to.timeIntervalSince1970]) }
        if let before = query.before { filter.require("id < ?", [before]) }
        if let after = query.after { filter.require("id > ?", [after]) }
        let order = query.after == nil ? "DESC" : "ASC"
        let sql = "SELECT * FROM audit WHERE \(filter.sql) ORDER BY id \(order) LIMIT ?"
        let entries = try await database.read { [filter] database in
            try Row.fetchAll(database, sql: sql, arguments: filter.arguments + [query.limit + 1])
                .compactMap(AuditTable.entry)
        }
        let shown = Array(entries.prefix(query.limit))
        let hasMore = entries.count > query.limit
        let items = query.after == nil ? shown : shown.reversed()
        let (hasOlder, hasNewer) = query.after == nil ? (hasMore, query.before != nil) : (true, hasMore)
        return Page(
            items: items, nextCursor: hasOlder ? items.last.map { "\($0.id)" } : nil,
            previousCursor: hasNewer ? items.first.map { "\($0.id)" } : nil)
    }
}
