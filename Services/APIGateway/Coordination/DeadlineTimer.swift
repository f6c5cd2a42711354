import Foundation
import GRDB
import Persistence
import PreviewDomain
import ServiceLifecycle

/// Looks at previews when the passing of time alone changes something: an answer is overdue, a deadline is past. Every
/// now and then it looks at all that are not over.
struct DeadlineTimer: Service {
    let store: PreviewStore
    let sessions: SessionStore
    /// How often all previews are looked at.
    var period: Duration = .seconds(30)

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await lookAtDue() }
                group.addTask { try await lookAtAll() }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    /// Looks at previews whose deadline is reached, now and whenever a change may have brought one nearer.
    private func lookAtDue() async throws {
        let changes = store.changes.listen()
        while !Task.isCancelled {
            try await advance(due: store.now())
            let pause = try await earliestDeadline().map { $0.timeIntervalSince(store.now()) } ?? 3600
            await changes.wait(atMost: .seconds(min(max(pause, 0.005), 3600)))
        }
    }

    private func lookAtAll() async throws {
        // The sleep ends early only when the service stops.
        while (try? await Task.sleep(for: period)) != nil {
            try await lookAtOpen()
            let day = store.now().addingTimeInterval(-86_400)
            try await store.database.write { [now = store.now()] database in
                try RepetitionTable.forget(before: day, in: database)
                try DraftStore.forget(now: now, in: database)
                try VersionTable.forget(before: now.addingTimeInterval(-VersionTable.lifetime), in: database)
            }
            try await sessions.forgetEnded()
        }
    }

    /// Looks at every preview whose deadline is reached at the instant given.
    func advance(due now: Date) async throws {
        let ids = try await store.database.read { database in
            try String.fetchAll(
                database, sql: "SELECT id FROM previews WHERE next_deadline <= ? ORDER BY next_deadline LIMIT 500",
                arguments: [now.timeIntervalSince1970])
        }
        try await store.change(each: ids, cause: Cause())
    }

    /// Looks at every preview that is not over.
    func lookAtOpen() async throws {
        let ids = try await store.database.read { database in
            try String.fetchAll(database, sql: "SELECT id FROM previews WHERE is_over = ?", arguments: [false])
        }
        try await store.change(each: ids, cause: Cause())
    }

    private func earliestDeadline() async throws -> Date? {
        try await store.database.read { database in
            try Double.fetchOne(
                database, sql: "SELECT MIN(next_deadline) FROM previews WHERE next_deadline IS NOT NULL")
        }.map(Date.init(timeIntervalSince1970:))
    }
}
