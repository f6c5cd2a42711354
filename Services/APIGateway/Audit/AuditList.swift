import Foundation
import GRDB
import Hummingbird
import Persistence
import PreviewDomain

/// Pages of what was done in an organization, newest first.
struct AuditList: Sendable {
    let database: ServiceDatabase

    /// Which entries are wanted.
    struct Query: Sendable {
        /// Part of an actor, a target or a detail.
        var text: String?
        var actor: String?
        /// An action such as `preview.approve`, or the first part of one such as `preview`.
        var action: String?
        var from: Date?
        /// Before which instant.
        var to: Date?
        var limit = 50
        /// Before which entry.
        var before: Int64?
        /// After which entry; the ones next to it.
        var after: Int64?

        init() {}

        init(_ parameters: Parameters) throws {
            var problems: [FieldProblem] = []
            text = parameters["q"].map(String.init).flatMap { $0.isEmpty ? nil : $0 }
            actor = parameters["actor"].map(String.init).flatMap { $0.isEmpty ? nil : $0 }
            action = parameters["action"].map(String.init).flatMap { $0.isEmpty ? nil : $0 }
            func time(_ name: String, endOfDay: Bool) -> Date? {
                guard let text = parameters[Substring(name)], !text.isEmpty else { return nil }
                if let time = JSONCoding.parseTime(String(text)) { return time }
                if let day = JSONCoding.parseTime("\(text)T00:00:00Z") {
                    return endOfDay ? day.addingTimeInterval(86_400) : day
                }
                let rule = "2026-11-21T08:00:00Z, or a whole day, as 2026-11-21"
                problems.append(.init(name, .invalid, "A time is written as \(rule)."))
                return nil
            }
            from = time("from", endOfDay: false)
            to = time("to", endOfDay: true)
            if let text, text.utf8.count > 500 {
                problems.append(.init("q", .tooLong, "Search for at most 500 bytes."))
            }
            if let limit = parameters["limit"] {
                if let number = Int(limit), (1...200).contains(number) {
                    self.limit = number
                } else {
                    problems.append(.init("limit", .outOfRange, "The limit is a whole number from 1 to 200."))
                }
            }
            func entry(_ name: String, from member: String) -> Int64? {
                guard let text = parameters[Substring(name)] else { return nil }
                let entry = Int64(text)
                if entry == nil {
                    problems.append(.init(name, .invalid, "Use the \(member) of another page, unchanged."))
                }
                return entry
            }
            before = entry("cursor", from: "nextCursor")
            after = entry("after", from: "previousCursor")
            guard problems.isEmpty else {
                throw Problem(.badRequest, "invalid", "The query is wrong.", errors: problems)
            }
        }
    }

    /// Some entries, and where the pages of older and of newer ones begin.
    struct Page: Sendable, Encodable {
        var items: [AuditEntry]
        var nextCursor: String?
        var previousCursor: String?
    }

    func page(_ query: Query, organization: OrganizationName) async throws -> Page {
        var conditions = ["organization = ?"]
        var arguments: StatementArguments = [organization.rawValue]
        if let text = query.text {
            let pattern = "%\(text.lowercased().escapedForLike)%"
            let columns = ["actor", "target", "COALESCE(detail, '')", "COALESCE(address, '')"]
            conditions.append("(\(columns.map { "LOWER(\($0)) LIKE ? ESCAPE '\\'" }.joined(separator: " OR ")))")
            arguments += StatementArguments(columns.map { _ in pattern })
        }
        if let actor = query.actor {
            conditions.append("actor = ?")
            arguments += [actor]
        }
        if let action = query.action {
            conditions.append("(action = ? OR action LIKE ? ESCAPE '\\')")
            arguments += [action, "\(action.escapedForLike).%"]
        }
        if let from = query.from {
            conditions.append("at >= ?")
            arguments += [from.timeIntervalSince1970]
        }
        if let to = query.to {
            conditions.append("at < ?")
            arguments += [to.timeIntervalSince1970]
        }
        if let before = query.before {
            conditions.append("id < ?")
            arguments += [before]
        }
        if let after = query.after {
            conditions.append("id > ?")
            arguments += [after]
        }
        arguments += [query.limit + 1]
        let order = query.after == nil ? "DESC" : "ASC"
        let sql = "SELECT * FROM audit WHERE \(conditions.joined(separator: " AND ")) ORDER BY id \(order) LIMIT ?"
        let entries = try await database.read { [arguments] database in
            try Row.fetchAll(database, sql: sql, arguments: arguments).compactMap(AuditTable.entry)
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
