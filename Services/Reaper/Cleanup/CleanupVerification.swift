import Foundation
import Logging
import ServiceLifecycle
import Shared

/// Verifies that everything made for ended previews is gone, object by object, and removes what others left behind.
///
/// What is to be verified is in the store, so a restart goes on where it stopped.
struct CleanupVerification: Service {
    private let store: ReaperStore
    private let reconciler: Reconciler<PreviewID>

    init(store: ReaperStore, searches: [String: ClusterSearch], settings: VerificationSettings, logger: Logger) {
        self.store = store
        let verifier = CleanupVerifier(store: store, searches: searches, settings: settings, logger: logger)
        reconciler = Reconciler(
            "verification", concurrency: 16, delays: .milliseconds(200) ... .seconds(5), logger: logger
        ) { id in
            try await verifier.verify(id, now: Date())
        }
    }

    /// Asks for a look at an ended preview.
    func request(_ preview: PreviewID) {
        reconciler.request(preview)
    }

    /// Works until graceful shutdown.
    func run() async throws {
        for preview in try await store.openCleanups() { reconciler.request(preview) }
        try await reconciler.run()
    }
}

/// How patient verification is.
struct VerificationSettings: Sendable {
    /// How long the others have to remove what they made.
    var leftoverGrace: Duration
    /// How long until what is left is reported as stuck.
    var stuckAfter: Duration
}

/// One look at an ended preview.
struct CleanupVerifier: Sendable {
    let store: ReaperStore
    let searches: [String: ClusterSearch]
    let settings: VerificationSettings
    let logger: Logger

    /// Goes as far as it can; says when to go on.
    func verify(_ id: PreviewID, now: Date) async throws -> Revisit {
        guard let cleanup = try await store.cleanup(of: id), cleanup.completedAt == nil else { return .whenAsked }
        guard let search = searches[cleanup.preview.cluster] else {
            try await store.reportStuck([], behind: unknownCluster(cleanup.preview), of: id, now: now)
            return .after(.seconds(30))
        }
        let elapsed = Duration.seconds(now.timeIntervalSince(cleanup.requestedAt))
        let isOverdue = elapsed >= settings.leftoverGrace

        let preview = cleanup.preview
        let began = Date()
        let open = try await store.entries(of: id).filter {
            $0.verifiedAt == nil && $0.generation <= preview.generation
        }
        var found: LedgerCheck.Result
        do {
            found = try await search.ledger.look(for: open.map(\.object), of: preview, isThorough: isOverdue)
        } catch let error as KubernetesError where error.isForbidden && isOverdue {
            try await store.reportStuck([], behind: forbidden(preview, error), of: id, now: now)
            return .growing
        }
        let gone = Set(found.gone)
        try await store.verify(open.filter { gone.contains($0.object) }, of: id, at: began)
        if found.left.isEmpty {
            let strays = Self.strays(try await search.sweeps.objects(of: id), of: preview)
            if strays.isEmpty { return try await complete(id) }
            // Nobody told of these. From now on they are in the ledger, and looked for like the rest.
            try await adopt(strays, of: preview)
            return isOverdue ? .after(.zero) : .growing
        }
        if isOverdue { found.left = try await search.ledger.remove(found.left) }
        if elapsed >= settings.stuckAfter {
            try await store.reportStuck(found.left.map(\.stuck), of: id, now: now)
        }
        return .growing
    }

    /// What is the ended preview's of all that carries its id. Where there is a later preview of the id, the namespace is
    /// that one's, with everything in it.
    private static func strays(_ found: [LabelledObject], of preview: PreviewReference) -> [LabelledObject] {
        let isSucceeded = found.contains { $0.object.isLater(than: preview) }
        return found.filter { !$0.object.isLater(than: preview) && !(isSucceeded && $0.isInNamespace) }
    }

    private func complete(_ id: PreviewID) async throws -> Revisit {
        guard try await store.completeCleanup(of: id, now: Date()) else { return .growing }
        logger.info("Verified cleanup", metadata: ["preview.id": "\(id)"])
        return .whenAsked
    }

    private func adopt(_ strays: [LabelledObject], of preview: PreviewReference) async throws {
        let objects = strays.map { Leftover($0.object, type: $0.type, on: preview.cluster).reference }
        logger.notice(
            "Found objects that were not in the ledger",
            metadata: ["preview.id": "\(preview.id)", "objects": "\(objects.map(\.description))"])
        try await store.adopt(objects, of: preview, now: Date())
    }

    private func forbidden(_ preview: PreviewReference, _ error: KubernetesError) -> StuckObject {
        let namespace = ObjectReference(
            cluster: preview.cluster, apiVersion: "v1", kind: "Namespace", namespace: nil, name: preview.namespace)
        return StuckObject(
            object: namespace,
            failure: Failure(
                reason: "Forbidden",
                message: "The reaper may not look for what was made for the preview: "
                    + (error.status?.message ?? error.description),
                object: namespace,
                nextStep: "Grant the reaper's account the right that is named; the verification then goes on by itself."
            ))
    }

    private func unknownCluster(_ preview: PreviewReference) -> StuckObject {
        let namespace = ObjectReference(
            cluster: preview.cluster, apiVersion: "v1", kind: "Namespace", namespace: nil, name: preview.namespace)
        return StuckObject(
            object: namespace,
            failure: Failure(
                reason: "UnknownCluster", message: "The reaper knows no cluster \(preview.cluster).", object: namespace,
                nextStep: "Give the reaper the credentials of the cluster, then restart it."))
    }
}
