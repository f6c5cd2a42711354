import Foundation
import GRDB
import Shared

extension ReaperStore {
    /// Notes that a preview's removal is to be verified. One that was completed is answered again; one that was asked
    /// for of an earlier preview of the same id was answered before the later one was made.
    func requestCleanup(_ request: CleanupRequested, traceParent: String?, now: Date) async throws {
        try await database.write { [outbox] database in
            let (id, generation) = (request.preview.id, request.preview.generation)
            let record = try PreviewRecordTable(database: database).record(of: id)
            if let record, record.isPreceded(by: generation) { return }
            let cleanups = CleanupTable(database: database)
            if let known = try cleanups.record(of: id) {
                guard known.preview.generation < generation else {
                    if let completedAt = known.completedAt, known.preview.generation == generation {
                        try outbox.append(
                            Self.completed(known.preview, at: completedAt, database), traceParent: traceParent,
                            in: database)
                    }
                    return
                }
                // A later preview has ended; what is verified is on the earlier one's receipt.
                try LedgerTable(database: database).forgetVerified(id, before: known.preview.generation + 1)
            }
            try cleanups.save(
                CleanupRecord(preview: request.preview, requestedAt: now, traceParent: traceParent))
        }
    }

    func cleanup(of preview: PreviewID) async throws -> CleanupRecord? {
        try await database.read { try CleanupTable(database: $0).record(of: preview) }
    }

    func openCleanups() async throws -> [PreviewID] {
        try await database.read { try CleanupTable(database: $0).open() }
    }

    /// Completes a cleanup, with the receipt, unless something was planned meanwhile. Returns whether it is completed.
    func completeCleanup(of preview: PreviewID, now: Date) async throws -> Bool {
        try await database.write { [outbox] database in
            let cleanups = CleanupTable(database: database)
            guard var cleanup = try cleanups.record(of: preview) else { return true }
            guard cleanup.completedAt == nil else { return true }
            let entries = try LedgerTable(database: database).entries(of: cleanup.preview)
            guard entries.allSatisfy({ $0.verifiedAt != nil }) else { return false }
            cleanup.completedAt = now
            try cleanups.save(cleanup)
            try outbox.append(
                Self.completed(cleanup.preview, at: now, database), traceParent: cleanup.traceParent, in: database)
            return true
        }
    }

    /// Says what is stuck, at most every half minute.
    ///
    /// - Parameter obstacle: what keeps the reaper from looking, where something does.
    func reportStuck(
        _ stuck: [StuckObject], behind obstacle: StuckObject? = nil, of preview: PreviewID, now: Date
    ) async throws {
        try await database.write { [outbox] database in
            let cleanups = CleanupTable(database: database)
            guard var cleanup = try cleanups.record(of: preview), cleanup.completedAt == nil else { return }
            if let reportedAt = cleanup.reportedAt, now.timeIntervalSince(reportedAt) < 30 { return }
            cleanup.reportedAt = now
            try cleanups.save(cleanup)
            let names = stuck.prefix(5).map(\.object.description).joined(separator: ", ")
            try outbox.append(
                CleanupFailed(
                    preview: cleanup.preview, participant: .reaper, observedAt: now,
                    failure: obstacle?.failure
                        ?? Failure(
                            reason: "StillThere",
                            message: "\(stuck.count) objects of preview \(preview) are still there: \(names).",
                            object: stuck.first?.object, nextStep: stuck.first?.failure.nextStep),
                    removed: LedgerTable(database: database).entries(of: cleanup.preview).compactMap(\.receipt),
                    stuck: stuck + (obstacle.map { [$0] } ?? [])),
                traceParent: cleanup.traceParent, in: database)
        }
    }

    /// Forgets previews that were cleaned before an instant. Returns which.
    func forget(cleanedBefore instant: Date) async throws -> [PreviewID] {
        try await database.write { database in
            let previews = PreviewRecordTable(database: database)
            let old = try previews.cleaned(before: instant)
            for id in old {
                try previews.forget(id)
                try CleanupTable(database: database).forget(id)
                try LedgerTable(database: database).forget(id)
            }
            return old
        }
    }

    private static func completed(
        _ preview: PreviewReference, at now: Date, _ database: Database
    ) throws -> CleanupCompleted {
        CleanupCompleted(
            preview: preview, participant: .reaper, observedAt: now,
            removed: try LedgerTable(database: database).entries(of: preview).compactMap(\.receipt))
    }
}
