import Foundation
import KubernetesClient
import MessageBus
import PreviewDomain

/// Begins the removal of a preview that has ended. The ``CleanupTracker`` sees it through.
struct CleanupRequestedHandler: MessageHandler {
    let clusters: Clusters
    let tracker: CleanupTracker

    func handle(_ payload: CleanupRequested, context: MessageContext) async throws -> [any MessagePayload] {
        let access: ClusterAccess
        do { access = try clusters.named(payload.preview.cluster) } catch {
            let failure = Failure(
                reason: "UnknownCluster", message: error.description,
                nextStep: "Add it to the provisioner's clusters file and restart it.")
            return [
                CleanupFailed(
                    preview: payload.preview, participant: .provisioner, observedAt: Date(), failure: failure,
                    stuck: [])
            ]
        }
        do {
            return try await begin(payload, context, access)
        } catch let error as KubernetesError where error.isForbidden && !error.isTransient {
            return [CleanupFailed(preview: payload.preview, refusal: error)]
        }
    }

    private func begin(
        _ payload: CleanupRequested, _ context: MessageContext, _ access: ClusterAccess
    ) async throws -> [any MessagePayload] {
        let now = Date()
        var tombstone = Tombstone(
            preview: payload.preview, endedAt: context.message.time, startedAt: now, state: .running, seen: [])
        if let known = try await access.tombstone(of: payload.preview.id) {
            // An earlier preview of the same id is long gone; the later one's removal has nothing to do with it.
            guard known.preview.generation <= payload.preview.generation else { return [] }
            // Asked again: what was seen before still has to be proven gone, and later requests stay shut out.
            if known.preview.generation == payload.preview.generation { tombstone.seen = known.seen }
            tombstone.endedAt = max(known.endedAt, tombstone.endedAt)
            if known.state == .running { tombstone.startedAt = known.startedAt }
        }
        try await access.write(tombstone)
        tracker.request(.init(cluster: access.name, preview: payload.preview.id))
        return []
    }
}
