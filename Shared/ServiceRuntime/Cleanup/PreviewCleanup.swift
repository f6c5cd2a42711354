import Foundation
public import KubernetesClient
public import Logging
public import MessageBus
public import PreviewDomain
public import ServiceLifecycle
import Synchronization

/// Removes one service's part of ended previews, verifies that it is gone, and answers.
///
/// Handles `cleanup.requested`: deletes at once, and answers at once where nothing is left. What takes longer is looked
/// after by ``run()``, which answers when it is gone, or reports what is stuck and tries on. Nothing is stored: after a
/// restart the gateway asks again.
public final class PreviewCleanup: Service, MessageHandler {
    private let scope: CleanupScope
    private let clients: [String: KubernetesClient]
    private let open = Mutex<[PreviewID: CleanupProgress]>([:])
    private let logger: Logger
    // Set once in `init`, which has to refer to itself.
    private let reconciler = Mutex<Reconciler<PreviewID>?>(nil)

    /// Creates the cleanup of a service's part.
    ///
    /// - Parameter clients: a client of each cluster, by its name.
    public init(scope: CleanupScope, clients: [String: KubernetesClient], logger: Logger) {
        self.scope = scope
        self.clients = clients
        self.logger = logger
        let reconciler = Reconciler<PreviewID>(
            "cleanup", delays: .milliseconds(100) ... .seconds(5), logger: logger
        ) { [weak self] id in
            try await self?.revisit(id) ?? .whenAsked
        }
        self.reconciler.withLock { $0 = reconciler }
    }

    /// Looks after cleanups that take longer, until graceful shutdown.
    public func run() async throws {
        try await reconciler.withLock { $0 }?.run()
    }

    /// Deletes the service's part of a preview.
    ///
    /// - Returns: the answer, where nothing is left; otherwise it is published later.
    public func handle(_ request: CleanupRequested, context: MessageContext) async throws -> [any MessagePayload] {
        guard let client = clients[request.preview.cluster] else { return [unknownCluster(request.preview)] }
        let known = open.withLock { $0[request.preview.id] }
        // A later preview may have had the same id: its removal is another one.
        var progress =
            known.flatMap { $0.preview.generation >= request.preview.generation ? $0 : nil }
            ?? CleanupProgress(preview: request.preview, context: context)
        progress.context = context
        try await advance(&progress, client)
        if progress.isComplete { return complete(progress) }
        let kept = progress
        open.withLock { $0[request.preview.id] = kept }
        reconciler.withLock { $0 }?.request(request.preview.id, after: .milliseconds(100))
        return []
    }

    private func revisit(_ id: PreviewID) async throws -> Revisit {
        guard var progress = open.withLock({ $0[id] }), let client = clients[progress.preview.cluster] else {
            return .whenAsked
        }
        try await advance(&progress, client)
        if progress.isComplete {
            try await progress.context.publish(complete(progress))
            return .whenAsked
        }
        if progress.isReportDue(after: scope.stuckAfter, refusedAfter: scope.refusedAfter) {
            try await progress.context.publish([progress.report(by: scope.participant)])
            progress.reportedAt = .now
            logger.warning(
                "Cleanup is stuck",
                metadata: [
                    "preview.id": "\(id)", "objects": "\(progress.remaining.keys.map(\.description).sorted())",
                    "refusals": "\(progress.refusals)",
                ])
        }
        let kept = progress
        open.withLock { $0[id] = kept }
        return .growing
    }

    /// Notes what is there and what is gone, and deletes what is there.
    private func advance(_ progress: inout CleanupProgress, _ client: KubernetesClient) async throws {
        var found: [ObjectReference: CleanupProgress.Remainder] = [:]
        var deletions: [(reference: ObjectReference, type: ResourceType)] = []
        var refusals: [String] = []
        // All is looked at before anything is deleted: what goes away with it belongs on the receipt as well.
        let entries = try await isSucceeded(progress.preview, client) ? [] : scope.entries(progress.preview.id)
        for entry in entries {
            let objects: [KubernetesObject]
            do {
                objects = try await self.objects(entry, of: progress.preview, client)
            } catch let error as KubernetesError where error.isForbidden {
                // The others are removed nevertheless, and what was there before may be there still.
                refusals.append(error.status?.message ?? error.description)
                found.merge(progress.known(of: entry.type)) { $1 }
                continue
            }
            for object in objects {
                let reference = object.objectReference(on: progress.preview.cluster)
                found[reference] = CleanupProgress.Remainder(object: object, madeBy: entry.madeBy)
                if entry.isDeleted, !object.isBeingDeleted { deletions.append((reference, entry.type)) }
            }
        }
        for deletion in deletions {
            guard let object = found[deletion.reference]?.object else { continue }
            do {
                let result = try await client.delete(
                    deletion.type, name: object.name, namespace: object.namespace,
                    preconditions: Preconditions(uid: object.uid))
                // Gone already; the next look verifies it, since its name may be taken again.
                if case .deleting(let object) = result { found[deletion.reference]?.object = object }
            } catch let error as KubernetesError where !error.isTransient && !error.isConflict {
                found[deletion.reference]?.refusal = error.description
            }
        }
        progress.observe(found, refusals: refusals, now: Date())
    }

    /// Whether the namespace is that of a later preview of the same id: then nothing in it is this one's.
    private func isSucceeded(_ preview: PreviewReference, _ client: KubernetesClient) async throws -> Bool {
        do {
            return try await client.get(.namespaces, name: preview.namespace)?.isLater(than: preview) ?? false
        } catch let error as KubernetesError where error.isForbidden {
            return false  // Each object names its generation as well.
        }
    }

    private func objects(
        _ entry: CleanupScope.Entry, of preview: PreviewReference, _ client: KubernetesClient
    ) async throws -> [KubernetesObject] {
        do {
            let found = try await client.list(entry.type, namespace: preview.namespace, labels: entry.selector).items
            // What a later preview of the same id made is not this one's to remove.
            return found.filter { !$0.isLater(than: preview) }
        } catch let error as KubernetesError where error.isNotFound {
            return []  // The cluster does not serve the type.
        }
    }

    /// The answer. It is kept for a while, so that a request that comes again gets the same list.
    private func complete(_ progress: CleanupProgress) -> [any MessagePayload] {
        open.withLock { open in
            open = open.filter { !$0.value.isComplete || .now - $0.value.startedAt < .seconds(3600) }
            open[progress.preview.id] = progress
        }
        let now = Date()
        var messages: [any MessagePayload] = []
        if !progress.removed.isEmpty {
            messages.append(
                ResourceRemoved(
                    preview: progress.preview, objects: progress.removed.map(\.object),
                    removedBy: scope.participant.rawValue, verifiedAt: now))
        }
        messages.append(
            CleanupCompleted(
                preview: progress.preview, participant: scope.participant, observedAt: now, removed: progress.removed))
        return messages
    }

    private func unknownCluster(_ preview: PreviewReference) -> CleanupFailed {
        CleanupFailed(
            preview: preview, participant: scope.participant, observedAt: Date(),
            failure: Failure(
                reason: "UnknownCluster",
                message: "There is no cluster \(preview.cluster) in this service's configuration.",
                nextStep: "Give \(scope.participant.rawValue) the credentials of the cluster, then restart it."),
            stuck: [])
    }
}
