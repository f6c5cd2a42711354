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

    /// Notes objects that are about to be made. Returns whether a cleanup that was completed has to be gone through again.
    func plan(_ planned: ResourcePlanned) async throws -> Bool {
        try await database.write { database in
            let ledger = LedgerTable(database: database)
            for object in planned.objects {
                try ledger.plan(
                    LedgerEntry(object: object, madeBy: planned.madeBy, plannedAt: planned.plannedAt),
                    for: planned.preview.id)
            }
            let cleanups = CleanupTable(database: database)
            guard var cleanup = try cleanups.record(of: planned.preview.id), cleanup.completedAt != nil,
                try ledger.entries(of: planned.preview.id).contains(where: { $0.verifiedAt == nil })
            else { return false }
            cleanup.completedAt = nil
            try cleanups.save(cleanup)
            return true
        }
    }

    /// Notes objects that a service says it removed.
    func remove(_ removed: ResourceRemoved) async throws {
        try await database.write { database in
            let ledger = LedgerTable(database: database)
            for object in removed.objects {
                try ledger.remove(object, of: removed.preview.id, at: removed.verifiedAt)
            }
        }
    }

    /// Everything that was planned for a preview.
    func entries(of preview: PreviewID) async throws -> [LedgerEntry] {
        try await database.read { try LedgerTable(database: $0).entries(of: preview) }
    }

    /// Notes objects that are verified gone.
    func verify(_ objects: [ObjectReference], of preview: PreviewID, at now: Date) async throws {
        guard !objects.isEmpty else { return }
        try await database.write { database in
            let ledger = LedgerTable(database: database)
            for object in objects { try ledger.verify(object, of: preview, at: now) }
        }
    }

    // MARK: Previews and their timers

    /// Takes an event into account.
    func observe(_ summary: PreviewSummary, key: MessageKey, at time: Date) async throws {
        try await database.write { database in
            let previews = PreviewRecordTable(database: database)
            var record = try previews.record(of: summary.reference.id)
            if let known = record, known.isSucceeded(by: summary) {
                // Another preview has the id now; the former one's cleanup is over.
                try CleanupTable(database: database).forget(summary.reference.id)
                try LedgerTable(database: database).forget(summary.reference.id)
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
