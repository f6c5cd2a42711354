import Foundation
import Logging
import ServiceLifecycle
import Shared

/// How often to sweep, and how long to remember.
struct SweepSettings: Sendable {
    /// The pause between sweeps.
    var sweepInterval: Duration
    /// How long objects may belong to a preview that nobody has told of until that is reported.
    var unknownGrace: Duration
    /// How long a cleaned preview is remembered.
    var retention: Duration
}

/// Searches the clusters now and then for what ended previews left behind, and hands it to verification, which removes
/// it. What belongs to previews that nobody knows is reported, and left alone.
actor OrphanSweep: Service {
    private let store: ReaperStore
    private let searches: [String: ClusterSearch]
    private let verification: CleanupVerification
    private let interval: Duration
    private let unknownGrace: Duration
    private let retention: Duration
    private let logger: Logger
    private var unknownSince: [PreviewID: Date] = [:]

    init(
        store: ReaperStore, searches: [String: ClusterSearch], verification: CleanupVerification,
        settings: SweepSettings, logger: Logger
    ) {
        self.store = store
        self.searches = searches
        self.verification = verification
        interval = settings.sweepInterval
        unknownGrace = settings.unknownGrace
        retention = settings.retention
        self.logger = logger
    }

    /// Sweeps until graceful shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: self.interval)) != nil {
                for (cluster, search) in self.searches {
                    do {
                        try await self.sweep(search, now: Date())
                    } catch is CancellationError {
                        return
                    } catch {
                        self.logger.warning(
                            "Could not sweep", metadata: ["cluster": "\(cluster)", "error": "\(error)"])
                    }
                }
                await self.forgetOld(now: Date())
            }
        }
    }

    /// Searches one cluster. Returns the previews whose leftovers are to be removed.
    @discardableResult
    func sweep(_ search: ClusterSearch, now: Date) async throws -> Set<PreviewID> {
        let found = Dictionary(grouping: try await search.sweep.objects(of: nil), by: \.preview.id)
        unknownSince = unknownSince.filter { found[$0.key] != nil }
        var orphaned: Set<PreviewID> = []
        for (id, objects) in found {
            let decision = OrphanPolicy.decision(
                record: try await store.record(of: id), cleanup: try await store.cleanup(of: id), now: now)
            switch decision {
            case .leave: unknownSince[id] = nil
            case .unknown: reportUnknown(id, objects, now: now)
            case .remove:
                try await remove(objects, of: id, now: now)
                orphaned.insert(id)
            }
        }
        return orphaned
    }

    private func remove(_ objects: [LabelledObject], of id: PreviewID, now: Date) async throws {
        guard let first = objects.first else { return }
        var preview = first.preview
        preview.namespace = id.namespace
        let references = objects.map { Leftover($0.object, type: $0.type, on: preview.cluster).reference }
        logger.notice(
            "Removing what an ended preview left behind",
            metadata: ["preview.id": "\(id)", "objects": "\(references.map(\.description))"])
        try await store.requestCleanup(
            CleanupRequested(preview: preview, reason: .tornDown), traceParent: nil, now: now, isAnswered: false)
        _ = try await store.plan(
            ResourcePlanned(preview: preview, objects: references, madeBy: LedgerEntry.unknownMaker, plannedAt: now))
        verification.request(id)
    }

    private func reportUnknown(_ id: PreviewID, _ objects: [LabelledObject], now: Date) {
        let since = unknownSince[id] ?? now
        unknownSince[id] = since
        guard Duration.seconds(now.timeIntervalSince(since)) >= unknownGrace else { return }
        logger.warning(
            "Objects belong to a preview that is not known; left alone",
            metadata: [
                "preview.id": "\(id)",
                "objects":
                    "\(objects.prefix(20).map { Leftover($0.object, type: $0.type, on: $0.preview.cluster).reference.description })",
            ])
    }

    private func forgetOld(now: Date) async {
        do {
            let limit = now.addingTimeInterval(-Double(retention.components.seconds))
            let forgotten = try await store.forget(cleanedBefore: limit)
            if !forgotten.isEmpty { logger.info("Forgot old previews", metadata: ["count": "\(forgotten.count)"]) }
        } catch {
            logger.warning("Could not forget old previews", metadata: ["error": "\(error)"])
        }
    }
}
