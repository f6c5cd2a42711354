import KubernetesClient
import Logging
import PreviewDomain
import ServiceRuntime

/// Withdraws previews whose PreviewEnvironments went, without their finalizer, while nobody watched: the previews'
/// namespaces name the resources that they belong to.
struct EnvironmentDepartures: Sendable {
    let index: EnvironmentIndex
    let gateway: EnvironmentGateway
    let settings: EnvironmentSettings
    let logger: Logger

    /// Looks for them now and then, until cancelled.
    func follow(_ access: ClusterAccess) async throws {
        while true {
            try await Task.sleep(for: settings.departureResync)
            do {
                try await search(access)
            } catch let error as KubernetesError {
                logger.debug(
                    "Could not look for resources that went", metadata: [LogKey.error: "\(error)"])
            }
        }
    }

    private func search(_ access: ClusterAccess) async throws {
        let labels = LabelSelector(stringLiteral: PreviewLabels.selector())
        for namespace in try await access.client.list(.namespaces, labels: labels).items {
            guard !namespace.isBeingDeleted, let preview = namespace.previewReference(on: access.name),
                let resource = namespace.previewOwner(on: access.name), index[resource] == nil,
                try await resource.isGone(access)
            else { continue }
            logger.notice("Withdrew preview of a resource that is gone", metadata: ["resource": "\(resource)"])
            try await gateway.withdraw(
                resource, organization: preview.organization, requestedBy: FactPublisher.source)
        }
    }
}

extension KubernetesObject {
    private static let owner = "preview.previewd.io/owner-"

    /// The resource that this namespace's preview belongs to, as ``ownerAnnotations(_:)`` are.
    func previewOwner(on cluster: String) -> PreviewResource? {
        guard let name = annotations[Self.owner + "name"], let namespace = annotations[Self.owner + "namespace"],
            let uid = annotations[Self.owner + "uid"]
        else { return nil }
        return PreviewResource(cluster: cluster, namespace: namespace, name: name, uid: uid)
    }

    /// The annotations of a namespace whose preview belongs to a resource.
    static func ownerAnnotations(_ resource: PreviewResource) -> JSONValue {
        [
            owner + "name": .string(resource.name), owner + "namespace": .string(resource.namespace),
            owner + "uid": .string(resource.uid),
        ]
    }
}
