import Foundation
import GRDB
import PreviewDomain

/// Reads and writes previews with their facts and requests.
enum PreviewTable {
    static func load(_ id: PreviewID, organization: OrganizationName?, in database: Database) throws -> StoredPreview? {
        let row = try Row.fetchOne(
            database, sql: "SELECT organization, status, cleanup, next_deadline, document FROM previews WHERE id = ?",
            arguments: [id.rawValue])
        guard let row else { return nil }
        if let organization, row["organization"] != organization.rawValue { return nil }
        var stored = try stored(row, facts: facts(of: id, in: database), requests: requests(of: id, in: database))
        stored.snapshot.cluster = try ClusterTable.condition(of: stored.preview.cluster, in: database)
        return stored
    }

    static func insert(_ stored: StoredPreview, in database: Database) throws {
        let preview = stored.preview
        try database.execute(
            sql: """
                INSERT INTO previews (
                    id, organization, name, cluster, status, cleanup, is_active, is_over, created_at, next_deadline,
                    origin, searched, created_by, expires_at, name_key, document
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                preview.id.rawValue, preview.organization.rawValue, preview.name, preview.cluster,
                stored.status.rawValue, stored.cleanup.rawValue, stored.status.isActive, stored.isOver,
                preview.createdAt.timeIntervalSince1970, stored.nextDeadline?.timeIntervalSince1970,
                preview.origin.rawValue, searched(preview), preview.createdBy,
                preview.expiresAt.timeIntervalSince1970, preview.name.lowercased(), try document(preview),
            ])
        try PreviewApplications.save(preview, in: database)
        try saveParts(stored, before: nil, in: database)
    }

    /// Moves a preview that is over to an id of its own, so that another one can have its id.
    static func archive(_ stored: StoredPreview, in database: Database) throws {
        let id = stored.preview.id
        let suffix = "\(stored.preview.generation)-\(PreviewID.random())"
        let limit = PreviewID.maximumLength - suffix.utf8.count - 1
        let name = "\(DNSLabel.shortened(id.rawValue, limit: limit))-\(suffix)"
        guard let archived = PreviewID(rawValue: name) else { return }
        var moved = stored
        moved.snapshot.preview.formerID = id
        moved.snapshot.preview.id = archived
        try insert(moved, in: database)
        try database.execute(
            sql: "UPDATE timeline SET preview_id = ? WHERE preview_id = ?", arguments: [name, id.rawValue])
        try database.execute(sql: "DELETE FROM previews WHERE id = ?", arguments: [id.rawValue])
    }

    /// Writes what differs.
    static func save(_ stored: StoredPreview, before: StoredPreview, in database: Database) throws {
        guard stored != before else { return }
        let id = stored.preview.id.rawValue
        let hasNewHeader =
            stored.status != before.status || stored.cleanup != before.cleanup
            || stored.nextDeadline != before.nextDeadline
        if stored.preview != before.preview {
            try database.execute(
                sql: """
                    UPDATE previews SET name = ?, searched = ?, expires_at = ?, name_key = ?, document = ? WHERE id = ?
                    """,
                arguments: [
                    stored.preview.name, searched(stored.preview), stored.preview.expiresAt.timeIntervalSince1970,
                    stored.preview.name.lowercased(), try document(stored.preview), id,
                ])
            try PreviewApplications.save(stored.preview, in: database)
        }
        if hasNewHeader {
            try database.execute(
                sql: """
                    UPDATE previews SET status = ?, cleanup = ?, is_active = ?, is_over = ?, next_deadline = ?
                    WHERE id = ?
                    """,
                arguments: [
                    stored.status.rawValue, stored.cleanup.rawValue, stored.status.isActive, stored.isOver,
                    stored.nextDeadline?.timeIntervalSince1970, id,
                ])
        }
        try saveParts(stored, before: before, in: database)
    }

    private static func saveParts(_ stored: StoredPreview, before: StoredPreview?, in database: Database) throws {
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
                    id, part.description, try now.facts[part].map(document), mark?.generation,
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

    private static func stored(_ row: Row, facts: PreviewFacts, requests: [PartRequest]) throws -> StoredPreview {
        let text: String = row["document"]
        let preview = try JSONCoding.decoder.decode(Preview.self, from: Data(text.utf8))
        return StoredPreview(
            snapshot: PreviewSnapshot(preview: preview, facts: facts, requests: requests),
            status: PreviewStatus(rawValue: row["status"]) ?? .pending,
            cleanup: CleanupState(rawValue: row["cleanup"]) ?? .none,
            nextDeadline: (row["next_deadline"] as Double?).map(Date.init(timeIntervalSince1970:)))
    }

    private static func facts(of id: PreviewID, in database: Database) throws -> PreviewFacts {
        var facts = PreviewFacts()
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT part, fact, ready_generation, ready_at, first_ready_generation, first_ready_at FROM facts
                WHERE preview_id = ?
                """,
            arguments: [id.rawValue])
        for row in rows {
            if let text = row["fact"] as String? {
                facts.record(try JSONCoding.decoder.decode(Fact.self, from: Data(text.utf8)))
            }
            if let generation = row["ready_generation"] as Int?, let at = row["ready_at"] as Double?,
                let part = Part(row["part"] as String)
            {
                facts.record(
                    ReadyMark(generation: generation, observedAt: Date(timeIntervalSince1970: at)), of: part)
            }
            if let generation = row["first_ready_generation"] as Int?, let at = row["first_ready_at"] as Double?,
                let part = Part(row["part"] as String)
            {
                facts.record(
                    first: ReadyMark(generation: generation, observedAt: Date(timeIntervalSince1970: at)), of: part)
            }
        }
        return facts
    }

    /// The first and the newest request of each part: the first tells the deadline, the newest when to ask again.
    private static func requests(of id: PreviewID, in database: Database) throws -> [PartRequest] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT part, generation, attempt, first_requested_at, requested_at FROM requests WHERE preview_id = ?
                """,
            arguments: [id.rawValue]
        ).flatMap { row -> [PartRequest] in
            guard let part = Part(row["part"] as String) else { return [] }
            let first = Date(timeIntervalSince1970: row["first_requested_at"])
            let last = Date(timeIntervalSince1970: row["requested_at"])
            let newest = PartRequest(
                part: part, generation: row["generation"], attempt: row["attempt"], requestedAt: last)
            guard newest.attempt > 1 else { return [newest] }
            return [PartRequest(part: part, generation: newest.generation, attempt: 1, requestedAt: first), newest]
        }
    }

    /// What people look for a preview by, in lower case.
    static func searched(_ preview: Preview) -> String {
        var words = [preview.name, preview.id.rawValue]
        words += preview.services.flatMap { [$0.name, $0.targetVersion] }
        if let resource = preview.resource { words.append("\(resource.namespace)/\(resource.name)") }
        if let pullRequest = preview.pullRequest {
            words += ["\(pullRequest.repository)#\(pullRequest.number)", pullRequest.headSHA]
            words += [pullRequest.title, pullRequest.headBranch, pullRequest.baseBranch].compactMap { $0 }
        }
        return words.joined(separator: "\n").lowercased()
    }

    private static func document(_ value: some Encodable) throws -> String {
        String(decoding: try JSONCoding.encoder.encode(value), as: UTF8.self)
    }
}
