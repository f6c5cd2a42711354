import Foundation
import GRDB

extension SessionTable {
    /// How many sessions that may still be used were begun in one way.
    static func count(
        _ method: SignInMethod, policy: SessionPolicy, now: Date, in database: Database
    ) throws -> Int {
        try Int.fetchOne(
            database,
            sql: """
                SELECT COUNT(*) FROM sessions
                WHERE method = ? AND reference = ? AND expires_at > ? AND last_seen_at > ?
                """,
            arguments: [
                method.name, method.reference, now.timeIntervalSince1970,
                now.addingTimeInterval(-policy.idleLimit).timeIntervalSince1970,
            ]) ?? 0
    }
}
