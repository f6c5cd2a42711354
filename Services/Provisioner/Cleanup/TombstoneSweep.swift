import Foundation

/// Forgets previews that ended long ago: by then no message about them is on its way any more.
struct TombstoneSweep: Sendable {
    /// How long a tombstone is kept, seconds.
    var keep: TimeInterval = 7 * 24 * 3600

    func sweep(_ access: ClusterAccess, now: Date = Date()) async throws {
        for tombstone in try await access.tombstones(.done)
        where now.timeIntervalSince(tombstone.endedAt) > keep {
            try await access.remove(tombstone)
        }
    }
}
