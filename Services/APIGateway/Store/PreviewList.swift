import Foundation
import GRDB
import HTTPTypes
import Hummingbird
import Persistence
import PreviewDomain

/// Pages of previews, newest first.
struct PreviewList: Sendable {
    let database: ServiceDatabase

    /// Which previews are wanted.
    struct Query: Sendable {
        var statuses: [PreviewStatus] = []
        var origins: [PreviewOrigin] = []
        /// Part of what is known by heart of a preview: ``PreviewTable/searched(_:)``.
        var text: String?
        var limit = 50
        var after: Position?

        init(_ parameters: Parameters) throws {
            var problems: [FieldProblem] = []
            for name in parameters["status"]?.split(separator: ",") ?? [] {
                if let status = PreviewStatus.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) {
                    statuses.append(status)
                } else {
                    let known = PreviewStatus.allCases.map(\.rawValue).joined(separator: ", ")
                    problems.append(
                        .init("status", .invalid, "There is no status \(name.prefix(60)); known: \(known)."))
                }
            }
            for name in parameters["origin"]?.split(separator: ",") ?? [] {
                if let origin = PreviewOrigin(rawValue: name.lowercased()) {
                    origins.append(origin)
                } else {
                    let known = PreviewOrigin.allCases.map(\.rawValue).joined(separator: ", ")
                    problems.append(
                        .init("origin", .invalid, "There is no origin \(name.prefix(60)); known: \(known)."))
                }
            }
            text = parameters["q"].map(String.init).flatMap { $0.isEmpty ? nil : $0 }
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
            if let cursor = parameters["cursor"] {
                after = Position(cursor: String(cursor))
                if after == nil {
                    problems.append(.init("cursor", .invalid, "Use the nextCursor of the page before, unchanged."))
                }
            }
            guard problems.isEmpty else {
                throw Problem(.badRequest, "invalid", "The query is wrong.", errors: problems)
            }
        }
    }

    /// A place in the list.
    struct Position: Sendable, Hashable {
        var createdAt: Double
        var id: String

        init(createdAt: Double, id: String) {
            self.createdAt = createdAt
            self.id = id
        }

        init?(cursor: String) {
            guard let data = Data(base64URL: cursor) else { return nil }
            let pieces = String(decoding: data, as: UTF8.self).split(separator: "|", maxSplits: 1)
            guard pieces.count == 2, let bits = UInt64(pieces[0], radix: 16) else { return nil }
            self.init(createdAt: Double(bitPattern: bits), id: String(pieces[1]))
        }

        var cursor: String {
            Data("\(String(createdAt.bitPattern, radix: 16))|\(id)".utf8).base64URL
        }
    }

    /// Some previews, and where the next page begins.
    struct Page: Sendable {
        var ids: [PreviewID]
        var nextCursor: String?
    }

    func page(_ query: Query, organization: OrganizationName) async throws -> Page {
        var conditions = ["organization = ?"]
        var arguments: StatementArguments = [organization.rawValue]
        if !query.statuses.isEmpty {
            conditions.append("status IN (\(query.statuses.map { _ in "?" }.joined(separator: ",")))")
            arguments += StatementArguments(query.statuses.map(\.rawValue))
        }
        if !query.origins.isEmpty {
            conditions.append("origin IN (\(query.origins.map { _ in "?" }.joined(separator: ",")))")
            arguments += StatementArguments(query.origins.map(\.rawValue))
        }
        if let text = query.text {
            conditions.append("searched LIKE ? ESCAPE '\\'")
            arguments += ["%\(text.lowercased().escapedForLike)%"]
        }
        if let after = query.after {
            conditions.append("(created_at < ? OR (created_at = ? AND id > ?))")
            arguments += [after.createdAt, after.createdAt, after.id]
        }
        arguments += [query.limit + 1]
        let sql = """
            SELECT id, created_at FROM previews WHERE \(conditions.joined(separator: " AND "))
            ORDER BY created_at DESC, id LIMIT ?
            """
        let found = try await database.read { [arguments] database in
            try Row.fetchAll(database, sql: sql, arguments: arguments).map {
                Position(createdAt: $0["created_at"], id: $0["id"])
            }
        }
        let shown = found.prefix(query.limit)
        return Page(
            ids: shown.compactMap { PreviewID(rawValue: $0.id) },
            nextCursor: found.count > query.limit ? shown.last?.cursor : nil)
    }
}

extension String {
    /// The text with the wildcards of SQL's LIKE escaped by a backslash.
    var escapedForLike: String {
        replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
    }
}
