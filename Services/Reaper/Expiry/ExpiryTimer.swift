import Foundation
import Logging
import ServiceLifecycle
import Shared

/// Reports the end of previews' time to live when it comes, and repeats that until the gateway has acted on it.
struct ExpiryTimer: Service {
    private let store: ReaperStore
    private let reconciler: Reconciler<PreviewID>

    init(store: ReaperStore, logger: Logger) {
        self.store = store
        reconciler = Reconciler("expiry", concurrency: 4, logger: logger) { id in
            guard let due = try await store.reportExpiry(of: id, now: Date()) else { return .whenAsked }
            return .after(Self.pause(until: due, now: Date()))
        }
    }

    /// How long to wait for a time of day. Clocks may be set while a timer runs, so it looks at least every minute.
    static func pause(until due: Date, now: Date) -> Duration {
        .seconds(min(60, max(0.001, due.timeIntervalSince(now))))
    }

    /// Asks for a look at a preview whose expiry may have changed.
    func request(_ preview: PreviewID) {
        reconciler.request(preview)
    }

    /// Works until graceful shutdown.
    func run() async throws {
        for preview in try await store.previewsWithTimers() { reconciler.request(preview) }
        try await reconciler.run()
    }
}
