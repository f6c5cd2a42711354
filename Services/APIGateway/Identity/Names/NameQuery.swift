import Foundation
import GRDB
import PreviewDomain

/// Which part of a list is wanted that is ordered by name: of members, of tokens.
struct NameQuery: Sendable {
    /// The least and the most entries of a page.
    static let limits = 1...200

    /// Part of what an entry is found by.
    var text: String?
    var limit = 50
    var position: Position?

    init() {}

    /// Reads the fields of a query.
    ///
    /// - Throws: ``Problem`` that names every field which is wrong.
    init(_ fields: Form) throws(Problem) {
        var reader = QueryReader(fields)
        text = reader.text("q")
        limit = reader.integer("limit", in: Self.limits) ?? limit
        position = reader.cursor { Position(cursor: $0) }
        try reader.check()
    }

    /// A place in the list, after or before which a page begins.
    struct Position: Sendable, Hashable {
        let key: String
        let id: String
        /// Whether the page ends before that place, instead of beginning after it.
        var isBackward = false

        init(key: String, id: String) { (self.key, self.id) = (key, id) }

        /// Reads what ``cursor`` wrote.
        init?(cursor: String) {
            guard let data = Data(base64URL: cursor), let text = String(bytes: data, encoding: .utf8) else {
                return nil
            }
            let pieces = text.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            guard pieces.count == 3, ["next", "previous"].contains(pieces[0]) else { return nil }
            (isBackward, id, key) = (pieces[0] == "previous", pieces[1], pieces[2])
        }

        /// The place as text that clients hand back unchanged.
        var cursor: String { Data("\(isBackward ? "previous" : "next")|\(id)|\(key)".utf8).base64URL }
    }

    /// The page of a table with the columns `id`, `name_key` and `searched`.
    ///
    /// - Parameters:
    ///   - filter: what rows are the list's.
    ///   - item: what a row is.
    func page<Item: Sendable>(
        of table: String, where filter: RowFilter, in database: Database, _ item: (Row) -> Item?
    ) throws -> NamePage<Item> {
        var filter = filter
        if let text { filter.require("searched LIKE ? ESCAPE '\\'", ["%\(text.lowercased().escapedForLike)%"]) }
        var rows = try rows(of: table, where: filter, in: database)
        if let position, rows.isEmpty || (position.isBackward && rows.count <= limit) {
            // What stood there is gone by now; the first page is as full as it can be.
            var first = self
            first.position = nil
            rows = try first.rows(of: table, where: filter, in: database)
            return try first.page(rows, of: table, where: filter, in: database, item)
        }
        return try page(rows, of: table, where: filter, in: database, item)
    }

    /// The rows of the page in the direction of reading, and one more if there are more.
    private func rows(of table: String, where filter: RowFilter, in database: Database) throws -> [Row] {
        var filter = filter
        let isBackward = position?.isBackward ?? false
        if let position {
            let sign = isBackward ? "<" : ">"
            filter.require(
                "(name_key \(sign) ? OR (name_key = ? AND id \(sign) ?))", [position.key, position.key, position.id])
        }
        let order = isBackward ? "DESC" : "ASC"
        let sql = "SELECT * FROM \(table) WHERE \(filter.sql) ORDER BY name_key \(order), id \(order) LIMIT ?"
        return try Row.fetchAll(database, sql: sql, arguments: filter.arguments + [limit + 1])
    }

    private func page<Item: Sendable>(
        _ rows: [Row], of table: String, where filter: RowFilter, in database: Database, _ item: (Row) -> Item?
    ) throws -> NamePage<Item> {
        let isBackward = position?.isBackward ?? false
        let hasMore = rows.count > limit
        let shown = isBackward ? rows.prefix(limit).reversed() : Array(rows.prefix(limit))
        let total = try Int.fetchOne(
            database, sql: "SELECT COUNT(*) FROM \(table) WHERE \(filter.sql)", arguments: filter.arguments)
        var page = NamePage(items: shown.compactMap(item), total: total ?? 0)
        func place(_ row: Row) -> Position { Position(key: row["name_key"], id: row["id"]) }
        if isBackward || hasMore { page.nextCursor = shown.last.map { place($0).cursor } }
        if isBackward ? hasMore : position != nil, var first = shown.first.map(place) {
            first.isBackward = true
            page.previousCursor = first.cursor
        }
        return page
    }
}

/// Some entries of a list by name, and how many match.
struct NamePage<Item: Sendable>: Sendable {
    var items: [Item]
    var total: Int
    var nextCursor: String?
    var previousCursor: String?
}

extension NamePage: Encodable where Item: Encodable {}
