import Foundation
import GRDB
import Shared

/// What the reaper remembers: the ledger, the timers, the cleanups, and the messages that tell of them. State and
/// message change in one transaction, so that a process that dies in between loses neither.
struct ReaperStore: Sendable {
    let database: ServiceDatabase
    let outbox: Outbox

    init(database: ServiceDatabase) {
        self.database = database
        outbox = Outbox(source: CleanupParticipant.reaper.rawValue)
    }

    // MARK: The ledger

    /// Notes objects that are about to be made. Returns whether there is something to verify now: where the preview has
    /// ended already, they are to be gone.
    func plan(_ planned: ResourcePlanned) async throws -> Bool {
        try await database.write { database in
            let preview = planned.preview
            let ledger = LedgerTable(database: database)
            for object in planned.objects {
                try ledger.plan(
                    LedgerEntry(
                        object: object, madeBy: planned.madeBy, plannedAt: planned.plannedAt,
                        generation: preview.generation),
                    for: preview.id)
            }
            let cleanups = CleanupTable(database: database)
            guard var cleanup = try cleanups.record(of: preview.id), preview.generation <= cleanup.preview.generation
            else {
                // Of an earlier preview, whose cleanup may be forgotten; else of one that lives.
                let isLate = try PreviewRecordTable(database: database).record(of: preview.id)?
                    .isPreceded(by: preview.generation)
                guard isLate == true else { return false }
                return try open(preview, at: planned.plannedAt, database)
            }
            guard cleanup.completedAt != nil,
                try ledger.entries(of: cleanup.preview).contains(where: { $0.verifiedAt == nil })
            else { return false }
            cleanup.completedAt = nil
            try cleanups.save(cleanup)
            return true
        }
    }

    /// Begins to verify what is late of an ended preview, where anything is. Nobody waits for the answer.
    private func open(_ preview: PreviewReference, at instant: Date, _ database: Database) throws -> Bool {
        let open = try LedgerTable(database: database).entries(of: preview).filter { $0.verifiedAt == nil }
        guard !open.isEmpty else { return false }
        try CleanupTable(database: database).save(CleanupRecord(preview: preview, requestedAt: instant))
        return true
    }

    /// Takes in objects that an ended preview left behind, to be removed and verified.
    func adopt(_ objects: [ObjectReference], of preview: PreviewReference, now: Date) async throws {
        try await database.write { database in
            let cleanups = CleanupTable(database: database)
            let known = try cleanups.record(of: preview.id)
            if known.map({ $0.preview.generation < preview.generation }) ?? true {
                try cleanups.save(CleanupRecord(preview: preview, requestedAt: now))
            }
        }
        _ = try await plan(
            ResourcePlanned(preview: preview, objects: objects, madeBy: LedgerEntry.unknownMaker, plannedAt: now))
    }

    /// Notes objects that a service says it removed.
    func remove(_ removed: ResourceRemoved) async throws {
        try await database.write { database in
            let ledger = LedgerTable(database: database)
            for object in removed.objects {
                try ledger.remove(object, of: removed.preview, at: removed.verifiedAt)
            }
        }
    }

    /// Everything that was planned for an id.
    func entries(of preview: PreviewID) async throws -> [LedgerEntry] {
        try await database.read { try LedgerTable(database: $0).entries(of: preview) }
    }

    /// Notes that the objects of entries are verified gone.
    ///
    /// - Parameters:
    ///   - entries: as they were before the look; what changed since is not verified.
    ///   - instant: when the look began.
    func verify(_ entries: [LedgerEntry], of preview: PreviewID, at instant: Date) async throws {
        guard !entries.isEmpty else { return }
        try await database.write { database in
            let ledger = LedgerTable(database: database)
            for entry in entries { try ledger.verify(entry, of: preview, at: instant) }
        }
    }

    // MARK: Previews and their timers

    /// Takes an event into account.
    func observe(_ summary: PreviewSummary, key: MessageKey, at time: Date) async throws {
        try await database.write { database in
            let previews = PreviewRecordTable(database: database)
            var record = try previews.record(of: summary.reference.id)
            if let known = record, known.isSucceeded(by: summary) {
                // Another preview has the id now. What it planned may be here already; what is late of the former one
                // is still being verified.
                let first = summary.firstGeneration ?? summary.reference.generation
                let cleanups = CleanupTable(database: database)
                if let former = try cleanups.record(of: summary.reference.id), former.completedAt != nil,
                    former.preview.generation < first
                {
                    try cleanups.forget(summary.reference.id)
                }
                try LedgerTable(database: database).forgetVerified(summary.reference.id, before: first)
                record = nil
            }
            if record == nil {
                record = PreviewRecord(summary, key: key, at: time)
            } else {
                record?.observe(summary, key: key, at: time)
            }
            if let record { try previews.save(record) }
        }
    }

    func record(of preview: PreviewID) async throws -> PreviewRecord? {
        try await database.read { try PreviewRecordTable(database: $0).record(of: preview) }
    }

    func previewsWithTimers() async throws -> [PreviewID] {
        try await database.read { try PreviewRecordTable(database: $0).withTimers() }
    }

    /// Says that a preview's time to live is over, if it is. Returns when to look again.
    func reportExpiry(of preview: PreviewID, now: Date) async throws -> Date? {
        try await database.write { [outbox] database in
            let previews = PreviewRecordTable(database: database)
            guard var record = try previews.record(of: preview) else { return nil }
            guard record.isDue(at: now) else { return record.dueAt }
            try outbox.append(ExpiryDue(preview: record.reference, expiresAt: record.expiresAt), in: database)
            record.reported(at: now)
            try previews.save(record)
            return record.dueAt
        }
    }
}
