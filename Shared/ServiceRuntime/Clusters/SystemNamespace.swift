import Configuration
import Foundation
public import KubernetesClient

/// Understudy's own namespace on a cluster, with its leases, tombstones and records.
public struct SystemNamespace: Sendable {
    /// The namespace's name.
    public let name: String
    /// The cluster that it is on.
    public let cluster: Cluster

    /// Names the namespace; it need not exist yet.
    public init(name: String, cluster: Cluster) {
        self.name = name
        self.cluster = cluster
    }

    /// Creates it where it is missing.
    public func ensure() async throws {
        guard try await cluster.client.get(.namespaces, name: name) == nil else { return }
        do {
            _ = try await cluster.client.create(KubernetesObject(type: .namespaces, name: name), as: .namespaces)
        } catch let error as KubernetesError where error.isAlreadyExists {
            // Another service was quicker.
        }
    }
}

extension ServiceRuntime {
    /// Understudy's own namespace: `system.namespace`, by default `understudy-system`.
    public func systemNamespace(on cluster: Cluster) -> SystemNamespace {
        SystemNamespace(
            name: configuration.string(forKey: "system.namespace", default: "understudy-system"), cluster: cluster)
    }

    /// The election of the one replica of this service that watches a cluster. The system namespace has to exist.
    ///
    /// This process is known by `instance.name`, by default the host's name: that of its pod. A process that is started
    /// again under its name goes on at once; another one waits until the lease has run out.
    public func watcherElection(on cluster: Cluster) -> LeaseElection {
        LeaseElection(
            client: cluster.client, name: "\(name)-watcher", namespace: systemNamespace(on: cluster).name,
            identity: configuration.string(forKey: "instance.name", default: ProcessInfo.processInfo.hostName))
    }
}
