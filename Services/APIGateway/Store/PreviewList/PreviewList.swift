import GRDB
import Persistence
import PreviewDomain

/// Pages of previews.
struct PreviewList: Sendable {
    let database: ServiceDatabase

    /// Some of the previews that match, and where they stand among them.
    struct Page: Sendable {
        var ids: [PreviewID]
        /// How many previews match.
        var total: Int
        /// How many of them come before the first that is shown.
        var before: Int
        /// How many there are of each status, whatever statuses are wanted.
        var counts: [PreviewStatus: Int]
        var nextCursor: String?
        var previousCursor: String?
    }

    /// The page that is wanted.
    func page(_ query: Query, organization: OrganizationName) async throws -> Page {
        try await database.read { database in
            var positions = try Self.positions(query, organization: organization, in: database)
            if let place = query.position, positions.isEmpty || (place.isBackward && positions.count < query.limit) {
                // What stood there is gone by now; the first page is as full as it can be.
                var first = query
                first.position = nil
                positions = try Self.positions(first, organization: organization, in: database)
            }
            return try Self.page(positions, of: query, organization: organization, in: database)
        }
    }

    private static func page(
        _ positions: [Position], of query: Query, organization: OrganizationName, in database: Database
    ) throws -> Page {
        let counts = try counts(query, organization: organization, in: database)
        let total = counts.filter { query.wantedStatuses.contains($0.key) }.values.reduce(0, +)
        var before = 0
        if query.position != nil, let first = positions.first {
            var filter = query.fullFilter(organization: organization)
            filter.require(first, isBefore: true)
            before =
                try Int.fetchOne(
                    database, sql: "SELECT COUNT(*) FROM previews WHERE \(filter.sql)", arguments: filter.arguments)
                ?? 0
        }
        var page = Page(
            ids: positions.compactMap { PreviewID(rawValue: $0.id) }, total: total, before: before, counts: counts)
        if before + positions.count < total { page.nextCursor = positions.last?.cursor }
        if before > 0, var first = positions.first {
            first.isBackward = true
            page.previousCursor = first.cursor
        }
        return page
    }

    /// The places of the previews of a page, in order.
    private static func positions(
        _ query: Query, organization: OrganizationName, in database: Database
    ) throws -> [Position] {
        var filter = query.fullFilter(organization: organization)
        let isBackward = query.position?.isBackward ?? false
        if let position = query.position { filter.require(position, isBefore: isBackward) }
        let (sort, key) = (query.sort, query.sort.key)
        let sql = """
            SELECT id, \(key) AS sort_key FROM previews WHERE \(filter.sql)
            ORDER BY \(key) \(sort.isDescending != isBackward ? "DESC" : "ASC"), id \(isBackward ? "DESC" : "ASC")
            LIMIT ?
            """
        let found = try Row.fetchAll(database, sql: sql, arguments: filter.arguments + [query.limit]).map { row in
            Position(
                sort: sort, key: sort == .name ? .text(row["sort_key"]) : .number(row["sort_key"]), id: row["id"])
        }
        return isBackward ? found.reversed() : found
    }

    private static func counts(
        _ query: Query, organization: OrganizationName, in database: Database
    ) throws -> [PreviewStatus: Int] {
        let filter = query.filter(organization: organization)
        let rows = try Row.fetchAll(
            database, sql: "SELECT status, COUNT(*) AS number FROM previews WHERE \(filter.sql) GROUP BY status",
            arguments: filter.arguments)
        return Dictionary(
            rows.compactMap { row in PreviewStatus(rawValue: row["status"]).map { ($0, row["number"]) } },
            uniquingKeysWith: +)
    }
}
