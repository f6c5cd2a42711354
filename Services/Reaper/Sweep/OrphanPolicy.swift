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

    /// Decides by what is known of the id's newest preview.
    ///
    /// - Parameters:
    ///   - generation: the one that an object was made for; `nil` where it does not say.
    ///   - isInNamespace: whether it is the preview's namespace, or in it: an earlier preview's was removed with all that
    ///     was in it, so what is there is the newest preview's, whatever generation it names.
    static func decision(
        for generation: Int?, isInNamespace: Bool, record: PreviewRecord?, cleanup: CleanupRecord?, now: Date
    ) -> Decision {
        guard let record else {
            guard let cleanup else { return .unknown }
            // A later preview, of which nobody has told yet.
            if let generation, generation > cleanup.preview.generation { return .unknown }
            return cleanup.completedAt == nil ? .leave : .remove
        }
        if !isInNamespace, let generation, let first = record.firstGeneration, generation < first {
            guard let cleanup, cleanup.preview.generation >= generation, cleanup.completedAt == nil else {
                return .remove
            }
            return .leave
        }
        let cleanup = cleanup.flatMap { record.isPreceded(by: $0.preview.generation) ? nil : $0 }
        guard let endedAt = record.endedAt else { return .leave }
        let last = max(record.reference.generation, cleanup?.preview.generation ?? 0)
        if let generation, generation > last { return .leave }
        if let cleanup { return cleanup.completedAt == nil ? .leave : .remove }
        return now.timeIntervalSince(endedAt) >= patience ? .remove : .leave
    }
}
