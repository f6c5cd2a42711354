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
    /// Since when a cluster has had objects of previews that nobody knows.
    private var unknownSince: [String: [PreviewID: Date]] = [:]

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
                // Side by side: one that is slow holds up no other.
                await withDiscardingTaskGroup { group in
                    for (cluster, search) in self.searches { group.addTask { await self.sweep(cluster, search) } }
                }
                await self.forgetOld(now: Date())
            }
        }
    }

    private func sweep(_ cluster: String, _ search: ClusterSearch) async {
        do {
            try await sweep(search, now: Date())
        } catch is CancellationError {
            // The service stops.
        } catch {
            let isOutage = (error as? any ClassifiedFailure)?.isOutage == true
            logger.log(
                level: isOutage ? .debug : .warning, "Could not sweep",
                metadata: ["cluster": "\(cluster)", "error": "\(error)"])
        }
    }

    /// Searches one cluster. Returns the previews whose leftovers are to be removed.
    @discardableResult
    func sweep(_ search: ClusterSearch, now: Date) async throws -> Set<PreviewID> {
        let found = Dictionary(grouping: try await search.sweep.objects(of: nil), by: \.preview.id)
        let cluster = search.sweep.cluster
        unknownSince[cluster] = unknownSince[cluster]?.filter { found[$0.key] != nil }
        var orphaned: Set<PreviewID> = []
        for (id, objects) in found {
            // A preview of the same id on another cluster says nothing about what is found here.
            let record = try await store.record(of: id).flatMap { $0.reference.cluster == cluster ? $0 : nil }
            let cleanup = try await store.cleanup(of: id).flatMap { $0.preview.cluster == cluster ? $0 : nil }
            let decided = Dictionary(grouping: objects) { object in
                OrphanPolicy.decision(
                    for: object.generation, isInNamespace: object.isInNamespace, record: record, cleanup: cleanup,
                    now: now)
            }
            if let unknown = decided[.unknown] {
                reportUnknown(id, unknown, on: cluster, now: now)
            } else {
                unknownSince[cluster]?[id] = nil
            }
            if let left = decided[.remove] {
                try await remove(left, of: id, now: now)
                orphaned.insert(id)
            }
        }
        return orphaned
    }

    private func remove(_ objects: [LabelledObject], of id: PreviewID, now: Date) async throws {
        // The newest of them: what was made for an earlier generation is to go with it, what is newer is not.
        guard var preview = objects.map(\.preview).max(by: { $0.generation < $1.generation }) else { return }
        preview.namespace = id.namespace
        let references = objects.map { Leftover($0.object, type: $0.type, on: preview.cluster).reference }
        logger.notice(
            "Removing what an ended preview left behind",
            metadata: ["preview.id": "\(id)", "objects": "\(references.map(\.description))"])
        try await store.adopt(references, of: preview, now: now)
        verification.request(id)
    }

    private func reportUnknown(_ id: PreviewID, _ objects: [LabelledObject], on cluster: String, now: Date) {
        let since = unknownSince[cluster]?[id] ?? now
        unknownSince[cluster, default: [:]][id] = since
        guard Duration.seconds(now.timeIntervalSince(since)) >= unknownGrace else { return }
        logger.warning(
            "Objects belong to a preview that is not known; left alone",
            metadata: [
                "preview.id": "\(id)", LogKey.cluster: "\(cluster)",
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
