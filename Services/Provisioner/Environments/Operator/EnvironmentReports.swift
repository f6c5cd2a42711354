import Foundation
import KubernetesClient
import Logging
import MessageBus
import PreviewDomain

/// Writes what the gateway says about previews into their PreviewEnvironments, in whichever process it arrives.
struct EnvironmentReports: Sendable {
    let clusters: Clusters
    let index: EnvironmentIndex
    let asks: GatewayAsks
    let gateway: EnvironmentGateway
    let settings: EnvironmentSettings
    let reconciler: EnvironmentReconciler
    let noted = NotedNamespaces()

    var handlers: [any MessageHandler] {
        [StateHandler(reports: self), RefusalHandler(reports: self), AbsenceHandler(reports: self)]
    }

    /// Shows a preview's state in its resource, and ends the resource with the preview.
    func take(_ state: PreviewStateReported, of resource: PreviewResource, logger: Logger) async throws {
        asks.answered(resource)
        try await change(resource, logger) { writer, object in
            guard let object else {
                guard state.status.isActive, state.resource != nil, try await resource.isGone(writer.access) else {
                    return
                }
                logger.notice("Withdrew preview of a resource that is gone", metadata: ["resource": "\(resource)"])
                try await gateway.withdraw(
                    resource, organization: state.organization, requestedBy: FactPublisher.source)
                return
            }
            var isNews = false
            let settled = asks.changedAt(resource).map { $0 + settings.settling }
            let isSettling = settled.map { .now < $0 } ?? false
            var shown = try await writer.update(object) { status in
                let before = status
                isNews = status.take(
                    state, generation: object.generation ?? 1, isDeleting: object.isBeingDeleted)
                if isSettling, before.phase == .updating, status.phase == .ready { status.keepUpdating() }
            }
            if isSettling, let settled, isNews {
                asks.repeatAt(settled, resource)
                reconciler.request(resource)
            }
            guard isNews else { return }
            if state.status.isActive {
                if !shown.isBeingDeleted, state.resource != nil {
                    try await noteOwner(of: state, resource, writer.access)
                }
                return
            }
            if !shown.isBeingDeleted {
                await writer.record([.ended(state)], of: shown)
                let outcome = try await writer.access.client.delete(
                    .previewEnvironments, name: resource.name, namespace: resource.namespace,
                    preconditions: Preconditions(uid: resource.uid))
                guard case .deleting(let deleting) = outcome else { return }
                shown = deleting
            }
            if state.cleanup == .done { try await writer.release(shown) }
        }
    }

    /// Shows in its resource why a preview is not granted.
    func take(_ refusal: PreviewRefused, of resource: PreviewResource, logger: Logger) async throws {
        asks.answered(resource)
        try await change(resource, logger) { writer, object in
            guard let object else { return }
            _ = try await writer.update(object) {
                $0.take(refusal, generation: object.generation ?? 1, now: Date())
            }
        }
    }

    /// Lets a resource go that has no preview.
    func takeAbsence(of resource: PreviewResource, logger: Logger) async throws {
        asks.answered(resource)
        try await change(resource, logger) { writer, object in
            guard let object, object.isBeingDeleted else { return }
            try await writer.release(object)
        }
    }

    /// Does something with the object as it is now; once more where somebody else changed it meanwhile.
    private func change(
        _ resource: PreviewResource, _ logger: Logger,
        _ body: (EnvironmentWriter, KubernetesObject?) async throws -> Void
    ) async throws {
        let access = try clusters.named(resource.cluster)
        let writer = EnvironmentWriter(access: access, settings: settings, logger: logger)
        var object: KubernetesObject?
        if let watched = index[resource] { object = watched } else { object = try await resource.read(access) }
        for attempt in 1... {
            do {
                return try await body(writer, object)
            } catch let error as KubernetesError where (error.isConflict || error.isNotFound) && attempt < 8 {
                object = try await resource.read(access)
            }
        }
    }

    /// Notes on the preview's namespace which resource it belongs to. It cannot own it: owners of objects outside of
    /// namespaces are outside of namespaces themselves.
    private func noteOwner(
        of state: PreviewStateReported, _ resource: PreviewResource, _ access: ClusterAccess
    ) async throws {
        guard state.status != .pending, !noted.contains(resource) else { return }
        let name = state.preview.namespace
        guard let namespace = try await access.client.get(.namespaces, name: name), !namespace.isBeingDeleted,
            namespace.labels[PreviewLabels.preview] == state.preview.id.rawValue
        else { return }
        let annotations = KubernetesObject.ownerAnnotations(resource)
        _ = try await access.client.patch(.namespaces, name: name, .merge(["metadata": ["annotations": annotations]]))
        noted.add(resource)
    }
}

extension EnvironmentEvent {
    /// A preview ended by other means than its resource's deletion.
    static func ended(_ state: PreviewStateReported) -> EnvironmentEvent {
        let what =
            switch state.status {
            case .expired: "Its time to live is over"
            case .rejected: "It was rejected"
            case .completed: "It was promoted to production"
            default: "It was torn down"
            }
        return EnvironmentEvent(
            reason: state.status.rawValue, message: "\(what), so this resource is deleted. \(state.message)")
    }
}

private struct StateHandler: MessageHandler {
    let reports: EnvironmentReports

    func handle(_ payload: PreviewStateReported, context: MessageContext) async throws -> [any MessagePayload] {
        guard reports.clusters.contains(payload.resource?.cluster ?? payload.preview.cluster) else { return [] }
        if let resource = payload.resource {
            try await reports.take(payload, of: resource, logger: context.logger)
        } else {
            try await reports.mirror(payload, logger: context.logger)
        }
        return []
    }
}

private struct RefusalHandler: MessageHandler {
    let reports: EnvironmentReports

    func handle(_ payload: PreviewRefused, context: MessageContext) async throws -> [any MessagePayload] {
        guard let resource = payload.resource, reports.clusters.contains(resource.cluster) else { return [] }
        try await reports.take(payload, of: resource, logger: context.logger)
        return []
    }
}

private struct AbsenceHandler: MessageHandler {
    let reports: EnvironmentReports

    func handle(_ payload: PreviewAbsent, context: MessageContext) async throws -> [any MessagePayload] {
        guard reports.clusters.contains(payload.resource.cluster) else { return [] }
        try await reports.takeAbsence(of: payload.resource, logger: context.logger)
        return []
    }
}
