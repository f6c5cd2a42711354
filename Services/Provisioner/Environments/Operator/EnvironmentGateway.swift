import Foundation
import KubernetesClient
import MessageBus
import PreviewDomain
import ServiceRuntime
import Synchronization

/// Asks the gateway for previews, on the intake exchange.
struct EnvironmentGateway: Sendable {
    let publisher: any MessagePublishing
    let template: VersionTemplate

    /// Asks that the preview be as the resource says.
    func apply(
        _ object: KubernetesObject, _ resource: PreviewResource, pullRequest: PullRequest, services: [String],
        ttlSeconds: Int, organization: OrganizationName
    ) async throws {
        try await send(
            PreviewApplyRequested(
                organization: organization, resource: resource, resourceGeneration: object.generation ?? 1,
                pullRequest: pullRequest, targetVersion: template.version(of: pullRequest), services: services,
                ttlSeconds: ttlSeconds, requestedBy: object.lastWriter))
    }

    /// Asks that the preview of a resource go.
    func withdraw(_ resource: PreviewResource, organization: OrganizationName, requestedBy: String) async throws {
        try await send(
            PreviewWithdrawRequested(organization: organization, resource: resource, requestedBy: requestedBy))
    }

    /// Asks that a preview that was made elsewhere be torn down.
    func tearDown(_ preview: PreviewID, organization: OrganizationName, requestedBy: String) async throws {
        try await send(
            PreviewActionRequested(
                organization: organization, id: preview, action: .tearDown,
                reason: "Its PreviewEnvironment was deleted.", requestedBy: requestedBy))
    }

    private func send(_ payload: any MessagePayload) async throws {
        try await publisher.publish([
            try EncodedMessage(Message(payload, source: FactPublisher.source), exchange: .intake)
        ])
    }
}

/// Which organization the resources of a namespace belong to: the one that the namespace's label names, else the
/// cluster's.
final class NamespaceOrganizations: Sendable {
    private struct Key: Hashable {
        var cluster: String
        var namespace: String
    }

    private struct Known {
        var label: String?
        var at: ContinuousClock.Instant
    }

    private let known = Mutex<[Key: Known]>([:])
    private let lifetime: Duration

    init(lifetime: Duration = .seconds(30)) { self.lifetime = lifetime }

    /// The organization of a namespace.
    ///
    /// - Throws: `EnvironmentProblem` where the label holds no name.
    func organization(of namespace: String, _ access: ClusterAccess) async throws -> OrganizationName {
        let key = Key(cluster: access.name, namespace: namespace)
        let label: String?
        if let known = known.withLock({ $0[key] }), .now - known.at < lifetime {
            label = known.label
        } else {
            label = try await access.client.get(.namespaces, name: namespace)?.labels[PreviewLabels.organization]
            known.withLock { $0[key] = Known(label: label, at: .now) }
        }
        guard let label else { return access.cluster.environments.organization }
        guard let organization = OrganizationName(rawValue: label) else {
            throw EnvironmentProblem(
                field: "namespace \(namespace)",
                message: "Its label \(PreviewLabels.organization) is \(label), which is no organization's name.")
        }
        return organization
    }
}
