import Foundation
import KubernetesClient
import Logging
import MessageBus
import PreviewDomain

/// Makes a preview's namespace with everything that guards it.
struct NamespaceRequestedHandler: MessageHandler {
    let clusters: Clusters
    let settings: NamespaceSettings

    func handle(_ payload: NamespaceRequested, context: MessageContext) async throws -> [any MessagePayload] {
        do {
            return try await ensure(payload, context)
        } catch let error as ProvisioningError where error.failureClass == .permanent {
            return [
                failed(
                    payload, "UnknownCluster", error.description,
                    "Add it to the provisioner's clusters file and restart it, then retry.")
            ]
        } catch let error as KubernetesError where error.failureClass == .permanent {
            return [
                failed(
                    payload, error.status?.reason ?? "Refused", "The cluster refused the namespace: \(error)",
                    "Check the rights of the provisioner on cluster \(payload.preview.cluster), then retry.")
            ]
        }
    }

    private func ensure(_ payload: NamespaceRequested, _ context: MessageContext) async throws -> [any MessagePayload] {
        let preview = payload.preview
        let access = try clusters.named(preview.cluster)
        async let ended = hasEnded(preview, context, access)
        async let found = access.client.get(.namespaces, name: preview.namespace)
        async let network = access.discovery.network()
        guard try await !ended else {
            context.logger.notice("Left namespace alone, its preview has ended")
            return []
        }
        let present = try await found
        if let present {
            guard
                PreviewLabels.reference(from: present.labels, cluster: preview.cluster, namespace: nil)?.id
                    == preview.id
            else {
                return [
                    failed(
                        payload, "NamespaceTaken",
                        "The namespace \(preview.namespace) exists and was not made for this preview.",
                        "Remove or rename it, then retry.")
                ]
            }
            guard !present.isBeingDeleted else { throw ProvisioningError.namespaceTerminating(preview.namespace) }
        }
        let podSecurity =
            present.flatMap { PodSecurityLevel(rawValue: $0.labels[NamespaceObjects.podSecurityLabel] ?? "") }
            ?? .restricted
        let objects = NamespaceObjects(
            preview: preview, settings: settings, apiServer: try await network.apiServer,
            hasCilium: try await network.hasCilium)
        let namespace = objects.namespace(expiresAt: payload.expiresAt, podSecurity: podSecurity)
        let contents = objects.contents()
        try await context.publish([
            ResourcePlanned(
                preview: preview, objects: ([namespace] + contents).map(access.reference), madeBy: FactPublisher.source,
                plannedAt: Date())
        ])
        let made = try await access.apply(namespace)
        try await access.apply(contents)
        // The preview may have ended while its namespace was made. Only this very one goes: a later request may have
        // made it anew by now.
        guard try await !hasEnded(preview, context, access) else {
            try await access.client.delete(
                .namespaces, name: preview.namespace, preconditions: Preconditions(uid: made.uid))
            return []
        }
        return [NamespaceReady(preview: preview, observedAt: Date(), podSecurity: podSecurity.rawValue)]
    }

    private func hasEnded(
        _ preview: PreviewReference, _ context: MessageContext, _ access: ClusterAccess
    ) async throws -> Bool {
        try await access.tombstone(of: preview.id)?.covers(requestMadeAt: context.message.time) ?? false
    }

    private func failed(
        _ payload: NamespaceRequested, _ reason: String, _ message: String, _ nextStep: String
    ) -> NamespaceFailed {
        NamespaceFailed(
            preview: payload.preview, observedAt: Date(),
            failure: Failure(
                reason: reason, message: message,
                object: ObjectReference(
                    cluster: payload.preview.cluster, apiVersion: "v1", kind: "Namespace", namespace: nil,
                    name: payload.preview.namespace),
                nextStep: nextStep))
    }
}
