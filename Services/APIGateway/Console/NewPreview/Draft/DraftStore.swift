import Foundation
import GRDB
import HTTPTypes
import Persistence
import PreviewDomain

/// Keeps drafts, each for the person who began it.
struct DraftStore: Sendable {
    let database: ServiceDatabase
    let now: @Sendable () -> Date

    /// After how many seconds without a change a draft is forgotten.
    static let lifetime: TimeInterval = 7 * 86_400
    /// How many drafts of one person are kept.
    static let perPerson = 20

    /// How many bytes a draft may have; what is typed comes in one form after the other.
    static let sizeLimit = 1 << 20

    /// Whose draft it is.
    struct Owner: Sendable, Hashable {
        var organization: OrganizationName
        /// How they prove who they are, which two people never share.
        var person: String

        init(_ session: Session) {
            organization = session.principal.organization
            person = "\(session.method.name):\(session.method.reference)"
        }
    }

    /// A draft as it is kept.
    struct Stored: Sendable {
        let id: String
        var draft: PreviewDraft
        /// The preview that it became.
        var preview: PreviewID?
        let createdAt: Date
        let updatedAt: Date
    }

    /// Keeps a new draft, and returns what names it. Where the person has too many, the eldest is dropped; before that,
    /// drafts that are over, or into which nothing was typed: any link can begin one.
    ///
    /// - Parameter original: the draft that it goes on from.
    /// - Throws: ``Problem`` where it is too large.
    func begin(_ draft: PreviewDraft, owner: Owner, from original: Stored? = nil) async throws -> String {
        let id = UUID().uuidString.lowercased()
        let text = try Self.text(draft)
        try await database.write { [now = now()] database in
            try Self.forget(now: now, in: database)
            try database.execute(
                sql: """
                    DELETE FROM drafts WHERE organization = ? AND person = ? AND id NOT IN (
                        SELECT id FROM drafts WHERE organization = ? AND person = ?
                        ORDER BY CASE WHEN updated_at > created_at AND preview_id IS NULL THEN 0 ELSE 1 END,
                            updated_at DESC
                        LIMIT ?)
                    """,
                arguments: [
                    owner.organization.rawValue, owner.person, owner.organization.rawValue, owner.person,
                    Self.perPerson - 1,
                ])
            try database.execute(
                sql: """
                    INSERT INTO drafts (id, organization, person, created_at, updated_at, document)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id, owner.organization.rawValue, owner.person,
                    (original?.createdAt ?? now).timeIntervalSince1970, now.timeIntervalSince1970, text,
                ])
        }
        return id
    }

    /// The draft, or `nil` where the person has none of that id.
    func load(_ id: String, owner: Owner) async throws -> Stored? {
        try await database.read { [now = now()] in try Self.load(id, owner: owner, now: now, in: $0) }
    }

    /// Changes a draft, and returns it as it is then; `nil` where the person has none of that id.
    ///
    /// - Throws: ``Problem`` where it becomes too large, or what `body` throws; then it stays as it was.
    func change(
        _ id: String, owner: Owner, _ body: @escaping @Sendable (inout PreviewDraft) throws -> Void
    ) async throws -> Stored? {
        try await database.write { [now = now()] database in
            guard var stored = try Self.load(id, owner: owner, now: now, in: database) else { return nil }
            guard stored.preview == nil else { return stored }
            try body(&stored.draft)
            try database.execute(
                sql: "UPDATE drafts SET document = ?, updated_at = ? WHERE id = ?",
                arguments: [try Self.text(stored.draft), now.timeIntervalSince1970, id])
            return stored
        }
    }

    /// Notes what a draft became; what was typed is not needed any more.
    static func finish(
        _ id: String, as preview: PreviewID, limits: PreviewLimits, in database: Database
    ) throws {
        try database.execute(
            sql: "UPDATE drafts SET preview_id = ?, document = ? WHERE id = ?",
            arguments: [preview.rawValue, try text(PreviewDraft(limits: limits)), id])
    }

    /// Forgets a draft.
    func discard(_ id: String, owner: Owner) async throws {
        try await database.write { database in
            try database.execute(
                sql: "DELETE FROM drafts WHERE id = ? AND organization = ? AND person = ?",
                arguments: [id, owner.organization.rawValue, owner.person])
        }
    }

    /// Forgets drafts that nobody goes on with.
    static func forget(now: Date, in database: Database) throws {
        try database.execute(sql: "DELETE FROM drafts WHERE updated_at < ?", arguments: [oldest(now)])
    }

    /// The person's drafts that have not become a preview, newest first.
    func open(of owner: Owner) async throws -> [Stored] {
        try await database.read { [now = now()] database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM drafts WHERE organization = ? AND person = ? AND preview_id IS NULL AND updated_at >= ?
                    ORDER BY updated_at DESC
                    """,
                arguments: [owner.organization.rawValue, owner.person, Self.oldest(now)]
            ).compactMap(Self.stored)
        }
    }

    private static func load(_ id: String, owner: Owner, now: Date, in database: Database) throws -> Stored? {
        try Row.fetchOne(
            database,
            sql: "SELECT * FROM drafts WHERE id = ? AND organization = ? AND person = ? AND updated_at >= ?",
            arguments: [id, owner.organization.rawValue, owner.person, oldest(now)]
        ).flatMap(stored)
    }

    private static func stored(_ row: Row) -> Stored? {
        let text: String = row["document"]
        // One of an earlier version that can't be read any more is begun again.
        guard let draft = try? JSONCoding.decoder.decode(PreviewDraft.self, from: Data(text.utf8)) else { return nil }
        return Stored(
            id: row["id"], draft: draft, preview: (row["preview_id"] as String?).flatMap(PreviewID.init(rawValue:)),
            createdAt: Date(timeIntervalSince1970: row["created_at"]),
            updatedAt: Date(timeIntervalSince1970: row["updated_at"]))
    }

    private static func oldest(_ now: Date) -> Double { now.timeIntervalSince1970 - lifetime }

    private static func text(_ draft: PreviewDraft) throws -> String {
        let text = String(decoding: try JSONCoding.encoder.encode(draft), as: UTF8.self)
        guard text.utf8.count <= sizeLimit else {
            let detail = "The draft would be over 1 MiB; type shorter values, or fewer variables."
            throw Problem(.contentTooLarge, "too-large", detail)
        }
        return text
    }
}
