import Foundation
import GRDB
import HTTPTypes
import Persistence
import PreviewDomain

/// Creates previews of orders, whoever sent them.
struct PreviewCreation: Sendable {
    let store: PreviewStore
    let catalogue: CatalogueStore
    let validation: PreviewOrderValidation

    /// Makes a request repeatable: the same key leads to the same preview.
    struct Repetition: Sendable {
        var organization: OrganizationName
        var actor: String
        var key: String
        /// Tells whether it really is the same request.
        var fingerprint: String

        init(organization: OrganizationName, actor: String, key: String, fingerprint: String) {
            self.organization = organization
            self.actor = actor
            self.key = key
            self.fingerprint = fingerprint
        }

        /// A message, which may be delivered again.
        init(of message: Message) {
            self.init(
                organization: message.payload.organization, actor: message.source, key: "message:\(message.id)",
                fingerprint: message.id)
        }
    }

    /// Who orders, and how.
    struct Origin: Sendable {
        var organization: OrganizationName
        var kind: PreviewOrigin
        var cause: Cause
        var by: String
        /// The id wanted; one is drawn where it is `nil`.
        var id: PreviewID?
        /// The pull request that it shows, where it shows one.
        var pullRequest: PullRequest?
        var repetition: Repetition?
    }

    /// Creates the preview, or finds the one that an earlier delivery of the same request created.
    ///
    /// - Parameters:
    ///   - problems: what is wrong with the order as it was read.
    ///   - extra: what else belongs to the transaction that stores the preview.
    /// - Throws: ``Problem`` naming every field that is wrong, the quota, or a key used for another request.
    func create(
        _ order: PreviewOrder, problems: [FieldProblem] = [], origin: Origin,
        extra: @escaping PreviewStore.Extra = { _ in }
    ) async throws -> (stored: StoredPreview, isNew: Bool) {
        if let earlier = try await earlier(origin) { return (earlier, false) }
        let review = validation.review(order, catalogue: catalogue.current)
        let pullRequestProblems = origin.pullRequest.map { PullRequestValidation().problems(of: $0) } ?? []
        let all = problems.joined(with: review.problems) + pullRequestProblems
        guard all.isEmpty else { throw Problem.invalid(all) }
        while true {
            var preview = Preview(
                id: origin.id ?? .random(), organization: origin.organization, name: review.name,
                cluster: review.cluster, origin: origin.kind, createdBy: origin.by, createdAt: store.now(),
                ttl: review.ttl, services: review.services, databases: review.databases)
            preview.pullRequest = origin.pullRequest
            do {
                let stored = try await store.create(
                    preview, quota: validation.quota, cause: origin.cause, extra: bookkeeping(origin, preview, extra))
                return (stored, true)
            } catch {
                // The same request came twice at once, and the other one was stored first: it has the id, and its share
                // of the quota.
                if let earlier = try await earlier(origin) { return (earlier, false) }
                guard origin.id == nil, Self.drewTaken(error) else { throw Self.refusal(error) }
            }
        }
    }

    /// Whether the id that was drawn, or a host that comes of it, is another preview's.
    private static func drewTaken(_ error: any Error) -> Bool {
        if case PreviewStore.CreationRefusal.idTaken = error { return true }
        return error is HostTaken
    }

    /// What stands against creating it, for who asked.
    private static func refusal(_ error: any Error) -> any Error {
        switch error {
        case let taken as HostTaken: return taken.problem
        case PreviewStore.CreationRefusal.idTaken(let id):
            return Problem(.conflict, "id-taken", "There is a preview \(id) already; choose another id.")
        case PreviewStore.CreationRefusal.quotaExceeded(let active, let limit):
            let detail =
                "\(active) previews are active, the limit is \(limit); "
                + "approve, reject or tear down one of them first."
            return Problem(.conflict, "quota-exceeded", detail)
        default: return error
        }
    }

    /// The preview that the same request led to before.
    private func earlier(_ origin: Origin) async throws -> StoredPreview? {
        guard let repetition = origin.repetition else { return nil }
        return try await store.database.read { database in
            guard let id = try RepetitionTable.preview(of: repetition, in: database) else { return nil }
            return try PreviewTable.load(id, organization: origin.organization, in: database)
        }
    }

    private func bookkeeping(
        _ origin: Origin, _ preview: Preview, _ extra: @escaping PreviewStore.Extra
    ) -> PreviewStore.Extra {
        { database in
            try extra(database)
            if let repetition = origin.repetition {
                try RepetitionTable.insert(repetition, preview: preview.id, at: preview.createdAt, in: database)
            }
            try AuditTable.append(
                AuditEntry(
                    "preview.create", target: preview.id.rawValue, organization: origin.organization,
                    detail: preview.name, cause: origin.cause, at: preview.createdAt),
                in: database)
        }
    }
}

/// Requests that may be repeated, and what they led to.
enum RepetitionTable {
    /// The preview that a request led to before.
    ///
    /// - Throws: ``Problem`` where the key was used for another request.
    static func preview(of repetition: PreviewCreation.Repetition, in database: Database) throws -> PreviewID? {
        let row = try Row.fetchOne(
            database,
            sql: "SELECT fingerprint, preview_id FROM idempotency WHERE organization = ? AND actor = ? AND key = ?",
            arguments: [repetition.organization.rawValue, repetition.actor, repetition.key])
        guard let row else { return nil }
        guard row["fingerprint"] == repetition.fingerprint else {
            throw Problem(
                .unprocessableContent, "idempotency-key-reused",
                "The Idempotency-Key was used for another request; use a new key.")
        }
        return PreviewID(rawValue: row["preview_id"])
    }

    static func insert(
        _ repetition: PreviewCreation.Repetition, preview: PreviewID, at instant: Date, in database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO idempotency (organization, actor, key, fingerprint, preview_id, created_at)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                repetition.organization.rawValue, repetition.actor, repetition.key, repetition.fingerprint,
                preview.rawValue, instant.timeIntervalSince1970,
            ])
    }

    /// Forgets requests that nobody repeats any more.
    static func forget(before instant: Date, in database: Database) throws {
        try database.execute(
            sql: "DELETE FROM idempotency WHERE created_at < ?", arguments: [instant.timeIntervalSince1970])
    }
}
