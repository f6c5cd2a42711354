import Foundation
import Helm
import KubernetesClient
import Synchronization

/// What a cluster serves, read by discovery and remembered for a while.
final class ClusterDiscovery: Sendable {
    /// A type of object that can be listed and deleted in a namespace.
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
        let version = try await client.version().gitVersion
        let groups = try await json("/apis")["groups"].array ?? []
        var served = [(apiVersion: "v1", isPreferred: true)]
        for group in groups {
            let preferred = group["preferredVersion"]["groupVersion"].string
            for version in group["versions"].array ?? [] {
                guard let apiVersion = version["groupVersion"].string else { continue }
                served.append((apiVersion, apiVersion == preferred))
            }
        }
        let lists = try await withThrowingTaskGroup(of: (Int, JSONValue).self) { group in
            for (index, entry) in served.enumerated() {
                group.addTask { [self] in
                    let path = entry.apiVersion == "v1" ? "/api/v1" : "/apis/\(entry.apiVersion)"
                    do {
                        return (index, try await json(path))
                    } catch let error as KubernetesError where [404, 503].contains(error.status?.code) {
                        // An aggregated API server that is away must not stop everything else.
                        return (index, .null)
                    }
                }
            }
            return try await group.reduce(into: [Int: JSONValue]()) { $0[$1.0] = $1.1 }
        }
        var result = Found(
            capabilities: HelmCapabilities(kubernetesVersion: version, apiVersions: []), namespaced: [], readAt: .now)
        for (index, entry) in served.enumerated() {
            result.capabilities.apiVersions.append(entry.apiVersion)
            for resource in lists[index]?["resources"].array ?? [] {
                guard let plural = resource["name"].string, let kind = resource["kind"].string, !plural.contains("/")
                else { continue }
                result.capabilities.apiVersions.append("\(entry.apiVersion)/\(kind)")
                let verbs = Set((resource["verbs"].array ?? []).compactMap(\.string))
                guard entry.isPreferred, resource["namespaced"].bool == true, verbs.isSuperset(of: ["list", "delete"])
                else { continue }
                let parts = entry.apiVersion.split(separator: "/").map(String.init)
                result.namespaced.append(
                    ResourceType(
                        group: parts.count == 2 ? parts[0] : "", version: parts[parts.count - 1], plural: plural,
                        kind: kind))
            }
        }
        let final = result
        found.withLock { $0 = final }
        return final
    }

    private func json(_ path: String) async throws -> JSONValue {
        try JSONValue(parsing: [UInt8](try await client.raw("GET", path).body))
    }
}
