import Foundation
import PreviewDomain

/// A preview with what is known of it, and what was last announced about it.
struct StoredPreview: Sendable, Hashable {
    var snapshot: PreviewSnapshot
    /// The status that was last announced.
    var status: PreviewStatus
    /// The state of the cleanup that was last announced.
    var cleanup: CleanupState
    /// When the passing of time alone may change something.
    var nextDeadline: Date?

    var preview: Preview { snapshot.preview }

    /// A preview of which nothing is known yet.
    init(creating preview: Preview) {
        snapshot = PreviewSnapshot(preview: preview, facts: PreviewFacts(), requests: [])
        status = .pending
        cleanup = .none
    }

    init(snapshot: PreviewSnapshot, status: PreviewStatus, cleanup: CleanupState, nextDeadline: Date?) {
        self.snapshot = snapshot
        self.status = status
        self.cleanup = cleanup
        self.nextDeadline = nextDeadline
    }

    /// Whether nothing will happen to it any more.
    var isOver: Bool { cleanup == .done }
}
