import Foundation
import GRDB
import Persistence
import PreviewDomain

/// The one writer of previews.
///
/// A change is one transaction: the preview is loaded, changed by the domain, saved with what follows from the change,
/// and the messages and timeline entries are stored beside it. Changes run one after another.
struct PreviewStore: Sendable {
    let database: ServiceDatabase
    let outbox: Outbox
    let coordinator: Coordinator
    let states: StateRenderer
    let rendered: RenderedPreviews
    let changes: ChangeSignal
    /// The previews of which what is stored can't be read.
    let unreadable: UnreadableRows
    /// The present, in whole milliseconds, as times are stored.
    let now: @Sendable () -> Date

    /// What a change does in its transaction, beside changing the preview.
    typealias Extra = @Sendable (Database) throws -> Void

    /// Why a preview can't be created.
    enum CreationRefusal: Error {
        case quotaExceeded(active: Int, limit: Int)
        case idTaken(PreviewID)
    }

    /// Creates a preview unless the organization has too many, and asks for its first step.
    ///
    /// - Parameter extra: what else belongs to the transaction; where it throws, nothing is stored.
    @discardableResult
    func create(
        _ preview: Preview, quota: QuotaPolicy, cause: Cause, extra: @escaping Extra = { _ in }
    ) async throws -> StoredPreview {
        try await database.write { database in
            let active = try Self.activeCount(of: preview.organization, in: database)
            guard quota.admits(active: active) else {
                throw CreationRefusal.quotaExceeded(active: active, limit: quota.activePreviews)
            }
            guard try PreviewTable.load(preview.id, organization: nil, in: database) == nil else {
                throw CreationRefusal.idTaken(preview.id)
            }
            let stored = try insert(preview, cause: cause, in: database)
            try extra(database)
            return stored
        }
    }

    /// Creates a preview within a transaction, and asks for its first step.
    @discardableResult
    func insert(_ preview: Preview, cause: Cause, in database: Database) throws -> StoredPreview {
        var stored = StoredPreview(creating: preview)
        stored.snapshot.cluster = try ClusterTable.condition(of: preview.cluster, in: database)
        let consequences = coordinator.advance(&stored, from: nil, cause: cause, now: now())
        try PreviewTable.insert(stored, in: database)
        try HostTable.keep(stored, before: nil, in: database)
        try keep(consequences, of: stored, cause: cause, in: database)
        return stored
    }

    /// Changes a preview within a transaction, and does what follows.
    @discardableResult
    func change(
        _ before: StoredPreview, cause: Cause, in database: Database, _ body: (inout PreviewSnapshot) throws -> Void
    ) throws -> StoredPreview {
        var stored = before
        try body(&stored.snapshot)
        return try finish(stored, before: before, notes: [], cause: cause, in: database)
    }

    /// Changes a preview, and does what follows.
    ///
    /// - Parameters:
    ///   - organization: whose preview it has to be; any where it is `nil`.
    ///   - body: changes the snapshot, and says what happened. Where it throws, nothing is stored.
    /// - Returns: the preview after the change, or `nil` where there is none.
    @discardableResult
    func change(
        _ id: PreviewID, organization: OrganizationName? = nil, cause: Cause,
        _ body: @escaping @Sendable (inout PreviewSnapshot, inout [Consequences.Note], Database) throws -> Void =
            { _, _, _ in }
    ) async throws -> StoredPreview? {
        try await database.write { database in
            guard let before = try PreviewTable.load(id, organization: organization, in: database) else { return nil }
            var stored = before
            var notes: [Consequences.Note] = []
            try body(&stored.snapshot, &notes, database)
            return try finish(stored, before: before, notes: notes, cause: cause, in: database)
        }
    }

    /// Changes previews one after another, and does what follows. One for which that fails holds up none behind it: it is
    /// said, and looked at again when all are.
    func change(
        each ids: [String], cause: Cause,
        _ body: @escaping @Sendable (inout PreviewSnapshot, inout [Consequences.Note], Database) throws -> Void =
            { _, _, _ in }
    ) async throws {
        for name in ids {
            do {
                guard let id = PreviewID(rawValue: name) else { throw UnreadablePreview(id: name, InvalidID()) }
                try await change(id, cause: cause, body)
                unreadable.forget(name)
            } catch let error where !(error is DatabaseError || error is CancellationError) {
                unreadable.note(error as? UnreadablePreview ?? UnreadablePreview(id: name, error))
                try await database.write { database in
                    try database.execute(
                        sql: "UPDATE previews SET next_deadline = NULL WHERE id = ? AND next_deadline IS NOT NULL",
                        arguments: [name])
                }
            }
        }
    }

    /// What stands in the place of a preview's id can't be one.
    private struct InvalidID: Error {}

    private func finish(
        _ changed: StoredPreview, before: StoredPreview, notes: [Consequences.Note], cause: Cause, in database: Database
    ) throws -> StoredPreview {
        var stored = changed
        stored.snapshot.endIfWithdrawn(now: now(), policy: coordinator.policy)
        let consequences = coordinator.advance(&stored, from: before, cause: cause, now: now())
        try PreviewTable.save(stored, before: before, in: database)
        try HostTable.keep(stored, before: before, in: database)
        try keep(consequences, notes: notes, of: stored, before: before, cause: cause, in: database)
        return stored
    }

    /// The preview, or `nil` where the organization has none of that id.
    func load(_ id: PreviewID, organization: OrganizationName) async throws -> StoredPreview? {
        try await database.read { try PreviewTable.load(id, organization: organization, in: $0) }
    }

    /// Those of the previews that the organization has, and that can be read.
    func load(_ ids: [PreviewID], organization: OrganizationName) async throws -> [StoredPreview] {
        try await database.read { try PreviewTable.load(ids, organization: organization, in: $0) }
            .compactMap { [unreadable] found in
                switch found {
                case .success(let stored): return stored
                case .failure(let problem):
                    unreadable.note(problem)
                    return nil
                }
            }
    }

    /// Answers what no preview tells of.
    func tell(_ answer: any MessagePayload, traceParent: String?) async throws {
        try await database.write { [outbox] in
            try outbox.append(answer, traceParent: traceParent, isMandatory: false, in: $0)
        }
    }

    /// How many previews of an organization count against its quota.
    static func activeCount(of organization: OrganizationName, in database: Database) throws -> Int {
        try Int.fetchOne(
            database, sql: "SELECT COUNT(*) FROM previews WHERE organization = ? AND is_active = ?",
            arguments: [organization.rawValue, true]) ?? 0
    }

    private func keep(
        _ consequences: Consequences, notes: [Consequences.Note] = [], of stored: StoredPreview,
        before: StoredPreview? = nil, cause: Cause, in database: Database
    ) throws {
        let (preview, instant) = (stored.preview, now())
        for note in notes + consequences.notes {
            let entry = TimelineEntry(
                preview: preview.id, at: instant, kind: note.kind, status: stored.status, message: note.message,
                actor: note.actor)
            try TimelineTable.append(entry, organization: preview.organization, in: database)
        }
        for message in consequences.messages {
            try outbox.append(
                message.payload, traceParent: cause.traceParent, isMandatory: message.isMandatory, in: database)
        }
        var (state, isNew) = try StateTable.next(states.state(of: stored, now: instant), in: database)
        if isNew || cause.request != nil {
            state.request = cause.request
            try outbox.append(state, traceParent: cause.traceParent, isMandatory: false, in: database)
        }
        // Every preview is looked at now and then; where that changes nothing, nobody has to look again.
        let isSilent =
            stored == before && !isNew && (notes + consequences.notes).isEmpty && consequences.messages.isEmpty
        guard !isSilent || cause.request != nil else { return }
        database.afterNextTransaction { [rendered, changes] _ in
            rendered.invalidate(preview.id)
            changes.signal(of: preview.organization)
        }
    }
}
