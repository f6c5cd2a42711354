import Foundation
import GRDB
import PreviewDomain

/// Reads and writes what was reported of previews' parts, and what was asked for.
enum PartTable {
    /// Writes what differs.
    static func save(_ stored: StoredPreview, before: StoredPreview?, in database: Database) throws {
        let (now, then) = (stored.snapshot, before?.snapshot)
        let id = stored.preview.id.rawValue
        for part in now.facts.parts
        where now.facts[part] != then?.facts[part] || now.facts.lastReady(part) != then?.facts.lastReady(part)
            || now.facts.firstReady(part) != then?.facts.firstReady(part)
        {
            let (mark, first) = (now.facts.lastReady(part), now.facts.firstReady(part))
            try database.execute(
                sql: """
                    INSERT INTO facts (
                        preview_id, part, fact, ready_generation, ready_at, first_ready_generation, first_ready_at
                    ) VALUES (?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (preview_id, part) DO UPDATE
                    SET fact = excluded.fact, ready_generation = excluded.ready_generation,
                        ready_at = excluded.ready_at, first_ready_generation = excluded.first_ready_generation,
                        first_ready_at = excluded.first_ready_at
                    """,
                arguments: [
                    id, part.description, try now.facts[part].map(PreviewTable.document), mark?.generation,
                    mark?.observedAt.timeIntervalSince1970, first?.generation,
                    first?.observedAt.timeIntervalSince1970,
                ])
        }
        for (part, request) in now.requests where request != then?.requests[part] {
            try database.execute(
                sql: """
                    INSERT INTO requests (preview_id, part, generation, attempt, first_requested_at, requested_at)
                    VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (preview_id, part) DO UPDATE
                    SET generation = excluded.generation, attempt = excluded.attempt,
                        first_requested_at = excluded.first_requested_at, requested_at = excluded.requested_at
                    """,
                arguments: [
                    id, part.description, request.generation, request.attempt,
                    (now.firstRequests[part] ?? request.requestedAt).timeIntervalSince1970,
                    request.requestedAt.timeIntervalSince1970,
                ])
        }
        for part in then?.requests.keys.filter({ now.requests[$0] == nil }) ?? [] {
            try database.execute(
                sql: "DELETE FROM requests WHERE preview_id = ? AND part = ?", arguments: [id, part.description])
        }
    }

    /// What was reported, by the previews' ids; or why it can't be read.
    static func facts(
        of previews: [String], in database: Database
    ) throws -> [String: Result<PreviewFacts, any Error>] {
        let rows = try rows(
            "preview_id, part, fact, ready_generation, ready_at, first_ready_generation, first_ready_at", of: "facts",
            previews: previews, in: database)
        return Dictionary(grouping: rows) { $0["preview_id"] as String }.mapValues { rows in
            Result {
                var facts = PreviewFacts()
                for row in rows { try record(row, in: &facts) }
                return facts
            }
        }
    }

    private static func record(_ row: Row, in facts: inout PreviewFacts) throws {
        if let fact = row["fact"] as Data? { facts.record(try JSONCoding.decoder.decode(Fact.self, from: fact)) }
        guard let part = Part(row["part"] as String) else { return }
        if let mark = mark(row, "ready_generation", "ready_at") { facts.record(mark, of: part) }
        if let mark = mark(row, "first_ready_generation", "first_ready_at") { facts.record(first: mark, of: part) }
    }

    private static func mark(_ row: Row, _ generation: String, _ instant: String) -> ReadyMark? {
        guard let generation = row[generation] as Int?, let at = row[instant] as Double? else { return nil }
        return ReadyMark(generation: generation, observedAt: Date(timeIntervalSince1970: at))
    }

    /// The first and the newest request of each part, by the previews' ids: the first tells the deadline, the newest when
    /// to ask again.
    static func requests(of previews: [String], in database: Database) throws -> [String: [PartRequest]] {
        let rows = try rows(
            "preview_id, part, generation, attempt, first_requested_at, requested_at", of: "requests",
            previews: previews, in: database)
        var requests: [String: [PartRequest]] = [:]
        for row in rows {
            guard let part = Part(row["part"] as String) else { continue }
            let newest = PartRequest(
                part: part, generation: row["generation"], attempt: row["attempt"],
                requestedAt: Date(timeIntervalSince1970: row["requested_at"]))
            let first = PartRequest(
                part: part, generation: newest.generation, attempt: 1,
                requestedAt: Date(timeIntervalSince1970: row["first_requested_at"]))
            requests[row["preview_id"], default: []] += newest.attempt > 1 ? [first, newest] : [newest]
        }
        return requests
    }

    private static func rows(
        _ columns: String, of table: String, previews: [String], in database: Database
    ) throws -> [Row] {
        let marks = previews.map { _ in "?" }.joined(separator: ", ")
        return try Row.fetchAll(
            database, sql: "SELECT \(columns) FROM \(table) WHERE preview_id IN (\(marks))",
            arguments: StatementArguments(previews))
    }
}
