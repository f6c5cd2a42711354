import Foundation
import Shared

/// What to do about objects that carry a preview's labels.
enum OrphanPolicy {
    enum Decision: Sendable, Equatable {
        /// The preview lives, or its removal is under way.
        case leave
        /// The preview has ended and nobody removes them.
        case remove
        /// Nobody has told of such a preview.
        case unknown
    }

    /// How long after a preview's end its removal may take to begin.
    static let patience: TimeInterval = 300

    /// Decides by what is known of the preview.
    static func decision(record: PreviewRecord?, cleanup: CleanupRecord?, now: Date) -> Decision {
        guard let record else { return cleanup == nil ? .unknown : cleanup?.completedAt == nil ? .leave : .remove }
        guard let endedAt = record.endedAt else { return .leave }
        if let cleanup { return cleanup.completedAt == nil ? .leave : .remove }
        return now.timeIntervalSince(endedAt) >= patience ? .remove : .leave
    }
}
