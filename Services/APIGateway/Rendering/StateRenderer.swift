import Foundation
import PreviewDomain

/// Makes of a preview and what is known of it what resources show.
struct StateRenderer: Sendable {
    let renderer: PreviewRenderer

    /// The preview as it stands at the instant given; its revision is for the store to give.
    func state(of stored: StoredPreview, now: Date) -> PreviewStateReported {
        let (preview, snapshot, policy) = (stored.preview, stored.snapshot, renderer.policy)
        let status = snapshot.status(now: now, policy: policy)
        let cleanup = snapshot.cleanupState(now: now, policy: policy)
        func fact(_ part: Part) -> Fact? { snapshot.current(part, now: now, policy: policy) }
        func partState(_ name: String, _ part: Part) -> PreviewStateReported.PartState {
            let fact = fact(part)
            return .init(
                name: name, isReady: fact?.state == .ready, hasFailed: fact?.state == .failed,
                message: fact?.failure?.explanation ?? fact?.message)
        }
        let services = preview.services.map { service in
            let health = fact(.service(service.name))
            let answers = !service.externalDNS || fact(.address(service.name))?.state == .ready
            return PreviewStateReported.Service(
                name: service.name, application: service.application, targetVersion: service.targetVersion,
                isReady: health?.state == .ready && answers,
                url: service.externalDNS ? renderer.externalURL(of: service, in: snapshot) : nil,
                message: health?.failure?.explanation ?? health?.message)
        }
        let stuck = cleanup == .stuck ? snapshot.stuckObjects(now: now, policy: policy) : []
        let failure =
            stuck.first.map { first in
                Failure(
                    reason: "CleanupStuck", message: stuck.map(\.failure.message).joined(separator: " "),
                    object: first.object, nextStep: first.failure.nextStep)
            } ?? (status == .failed ? snapshot.failure(now: now, policy: policy) : nil)
        return PreviewStateReported(
            preview: preview.reference, firstGeneration: preview.firstGeneration, name: preview.name,
            origin: preview.origin, resource: preview.resource, resourceGeneration: preview.resourceGeneration,
            pullRequest: preview.pullRequest, revision: 0, observedAt: now, status: status,
            message: snapshot.message(now: now, policy: policy), failure: failure,
            url: preview.primaryService.map { _ in
                renderer.addresses(on: preview.cluster).primaryURL(preview: preview.formerID ?? preview.id)
            },
            services: services, databases: preview.databases.map { partState($0.name, .database($0.name)) },
            addresses: preview.services.filter(\.externalDNS).map { partState($0.name, .address($0.name)) },
            cost: renderer.cost(of: preview.services, databases: preview.databases.count, ttl: preview.ttl),
            createdAt: preview.createdAt, expiresAt: preview.expiresAt, cleanup: cleanup)
    }
}
