import Foundation
import Helm
import KubernetesClient
import Synchronization

/// What a cluster serves, read by discovery and remembered for a while.
final class ClusterDiscovery: Sendable {
    private struct Found: Sendable {
        var capabilities: HelmCapabilities
        var namespaced: [ResourceType]
        var readAt: ContinuousClock.Instant
    }

    let client: KubernetesClient
    private let lifetime: Duration
    private let found = Mutex<Found?>(nil)

    init(client: KubernetesClient, lifetime: Duration = .seconds(60)) {
        self.client = client
        self.lifetime = lifetime
    }

    /// What templates are told about the cluster.
    func capabilities() async throws -> HelmCapabilities { try await read().capabilities }

    /// The namespaced types whose objects can be listed and deleted, each in one version.
    func namespacedTypes() async throws -> [ResourceType] { try await read().namespaced }

    private func read() async throws -> Found {
        if let known = found.withLock({ $0 }), .now - known.readAt < lifetime { return known }
        async let version = client.version()
        let served = try await client.discover(includesOldVersions: true)
        let result = Found(
            capabilities: HelmCapabilities(
                kubernetesVersion: try await version.gitVersion,
                apiVersions: served.apiVersions + served.types.map { "\($0.type.apiVersion)/\($0.type.kind)" }),
            namespaced: served.types.filter { $0.isPreferred && $0.isRemovable && $0.type.isNamespaced }.map(\.type),
            readAt: .now)
        found.withLock { $0 = result }
        return result
    }
}
