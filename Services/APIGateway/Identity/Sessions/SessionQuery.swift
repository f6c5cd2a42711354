import Foundation
import GRDB
import PreviewDomain

/// Which part of an organization's sessions is wanted, newest first.
struct SessionQuery: Sendable {
    var limit = 50
    /// After which session the part begins.
    var position: Position?

    init() {}

    /// Reads the fields of a query.
    ///
    /// - Parameter cursor: the field that says where the part begins.
    /// - Throws: ``Problem`` that names every field which is wrong.
    init(_ fields: Form, cursor: String = "cursor") throws(Problem) {
        var reader = QueryReader(fields)
        limit = reader.integer("limit", in: NameQuery.limits) ?? limit
        position = reader.cursor(cursor) { Position(cursor: $0) }
        try reader.check()
    }

    /// A session's place in the list.
    struct Position: Sendable, Hashable {
        private let createdAt: TimeInterval
        private let id: String

        init(_ session: SessionTable.Entry) { (createdAt, id) = (session.createdAt.timeIntervalSince1970, session.id) }

        /// Reads what ``cursor`` wrote.
        init?(cursor: String) {
            guard let data = Data(base64URL: cursor), let text = String(bytes: data, encoding: .utf8) else {
                return nil
            }
            let pieces = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
            guard pieces.count == 2, let createdAt = TimeInterval(pieces[0]), createdAt.isFinite else { return nil }
            (self.createdAt, id) = (createdAt, String(pieces[1]))
        }

        /// The place as text that clients hand back unchanged.
        var cursor: String { Data("\(createdAt)|\(id)".utf8).base64URL }

        fileprivate func begin(_ filter: inout RowFilter) {
            filter.require("(created_at < ? OR (created_at = ? AND id > ?))", [createdAt, createdAt, id])
        }
    }

    /// Some sessions, and how many there are.
    struct Page: Sendable, Encodable {
        var items: [SessionTable.Entry]
        var total: Int
        var nextCursor: String?
    }
}

extension SessionTable {
    /// Some of an organization's sessions that may still be used.
    static func page(
        _ query: SessionQuery, of organization: OrganizationName, policy: SessionPolicy, now: Date,
        in database: Database
    ) throws -> SessionQuery.Page {
        var filter = RowFilter(
            "organization = ? AND expires_at > ? AND last_seen_at > ?",
            [
                organization.rawValue, now.timeIntervalSince1970,
                now.addingTimeInterval(-policy.idleLimit).timeIntervalSince1970,
            ])
        let total = try Int.fetchOne(
            database, sql: "SELECT COUNT(*) FROM sessions WHERE \(filter.sql)", arguments: filter.arguments)
        query.position?.begin(&filter)
        let found = try Row.fetchAll(
            database, sql: "SELECT * FROM sessions WHERE \(filter.sql) ORDER BY created_at DESC, id LIMIT ?",
            arguments: filter.arguments + [query.limit + 1])
        let items = found.prefix(query.limit).compactMap(entry)
        return SessionQuery.Page(
            items: items, total: total ?? 0,
            nextCursor: found.count > query.limit ? items.last.map { SessionQuery.Position($0).cursor } : nil)
    }
}
