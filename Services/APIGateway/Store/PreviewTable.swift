import Foundation
import GRDB
import PreviewDomain

/// Reads and writes previews.
enum PreviewTable {
    /// The preview; `nil` where there is none, or it is another organization's.
    ///
    /// - Throws: ``UnreadablePreview`` where it can't be read.
    static func load(_ id: PreviewID, organization: OrganizationName?, in database: Database) throws -> StoredPreview? {
        try load([id], organization: organization, in: database).first?.get()
    }

    /// Those of the previews that there are, in the order given, by a few questions however many they are. One that can't
    /// be read leaves the others alone.
    ///
    /// - Parameter organization: whose they have to be; any where it is `nil`.
    static func load(
        _ ids: [PreviewID], organization: OrganizationName?, in database: Database
    ) throws -> [Result<StoredPreview, UnreadablePreview>] {
        guard !ids.isEmpty else { return [] }
        let names = ids.map(\.rawValue)
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT id, organization, cluster, status, cleanup, next_deadline, document FROM previews
                WHERE id IN (\(names.map { _ in "?" }.joined(separator: ", ")))
                """,
            arguments: StatementArguments(names)
        ).filter { row in organization.map { row["organization"] == $0.rawValue } ?? true }
        let (facts, requests) = (
            try PartTable.facts(of: names, in: database), try PartTable.requests(of: names, in: database)
        )
        var clusters: [String: ClusterCondition] = [:]
        var previews: [String: Result<StoredPreview, UnreadablePreview>] = [:]
        for row in rows {
            let (id, cluster): (String, String) = (row["id"], row["cluster"])
            let condition = try clusters[cluster] ?? ClusterTable.condition(of: cluster, in: database)
            clusters[cluster] = condition
            previews[id] = Result {
                let facts = try facts[id]?.get() ?? PreviewFacts()
                var stored = try stored(row, facts: facts, requests: requests[id] ?? [])
                stored.snapshot.cluster = condition
                return stored
            }.mapError { UnreadablePreview(id: id, $0) }
        }
        return names.compactMap { previews[$0] }
    }

    /// Keeps a new preview.
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
        try PartTable.save(stored, before: nil, in: database)
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
        try PartTable.save(stored, before: before, in: database)
    }

    private static func stored(_ row: Row, facts: PreviewFacts, requests: [PartRequest]) throws -> StoredPreview {
        let preview = try JSONCoding.decoder.decode(Preview.self, from: row["document"] as Data)
        return StoredPreview(
            snapshot: PreviewSnapshot(preview: preview, facts: facts, requests: requests),
            status: PreviewStatus(rawValue: row["status"]) ?? .pending,
            cleanup: CleanupState(rawValue: row["cleanup"]) ?? .none,
            nextDeadline: (row["next_deadline"] as Double?).map(Date.init(timeIntervalSince1970:)))
    }

    /// The previews that there are, or those that match a condition, as migrations read them. One that can't be read is left
    /// as it is; the gateway tells of it when it runs.
    static func documents(
        where condition: String = "1 = 1", arguments: StatementArguments = [], in database: Database
    ) throws -> [Preview] {
        try Data.fetchAll(
            database, sql: "SELECT document FROM previews WHERE \(condition) ORDER BY created_at", arguments: arguments
        ).compactMap { try? JSONCoding.decoder.decode(Preview.self, from: $0) }
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

    /// A value as it is kept in one column.
    static func document(_ value: some Encodable) throws -> String {
        String(decoding: try JSONCoding.encoder.encode(value), as: UTF8.self)
    }
}
