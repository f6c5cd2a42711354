import Foundation
import KubernetesClient
import Logging
import MessageBus
import PreviewDomain

/// Takes a request to deploy a service down on the cluster, where the ``ServiceDeployer`` finds it.
struct ServiceRequestedHandler: MessageHandler {
    let clusters: Clusters
    let deployer: ServiceDeployer

    func handle(_ payload: ServiceRequested, context: MessageContext) async throws -> [any MessagePayload] {
        let preview = payload.preview
        let service = payload.service.name
        let access: ClusterAccess
        do { access = try clusters.named(preview.cluster) } catch {
            let failure = Failure(
                reason: "UnknownCluster", message: error.description,
                nextStep: "Add it to the provisioner's clusters file and restart it, then retry.")
            return [ServiceFailed(preview: preview, service: service, observedAt: Date(), failure: failure)]
        }
        async let ended = access.tombstone(of: preview.id)
        async let found = access.client.get(.namespaces, name: preview.namespace)
        async let known = access.deploymentRecord(of: service, in: preview.namespace)
        if try await ended?.covers(requestMadeAt: context.message.time) ?? false {
            context.logger.notice("Left service alone, its preview has ended")
            return []
        }
        guard let namespace = try await found else { throw ProvisioningError.namespaceMissing(preview.namespace) }
        guard !namespace.isBeingDeleted else { return [] }
        let record = DeploymentRecord(request: payload, message: context.message.id)
        let key = ServiceKey(cluster: access.name, namespace: preview.namespace, service: service)
        if let known = try await known {
            guard known.request.service.generation <= payload.service.generation else {
                context.logger.notice("Left out request of an earlier generation")
                return []
            }
            let isUnderWay = known.outcome == nil && known.fingerprint == record.fingerprint
            guard !isUnderWay, known.message != record.message else {
                // The same message once more, or the same wish while the work goes on: it is not begun anew.
                deployer.request(key)
                return isUnderWay ? [deploying(payload)] : []
            }
        }
        let object = try record.requestObject()
        try await context.publish([
            ResourcePlanned(
                preview: preview, objects: [access.reference(to: object)], madeBy: FactPublisher.source,
                plannedAt: Date())
        ])
        try await access.apply(object)
        deployer.request(key)
        return [deploying(payload)]
    }

    private func deploying(_ payload: ServiceRequested) -> ServiceDeploying {
        ServiceDeploying(
            preview: payload.preview, service: payload.service.name, observedAt: Date(),
            message: "Deploying \(payload.service.application) in version \(payload.service.targetVersion)")
    }
}
