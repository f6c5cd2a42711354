import Foundation
public import KubernetesClient
public import PreviewDomain

/// A cluster that a service works on.
public struct Cluster: Sendable {
    /// Its name in Understudy's configuration, as messages carry it.
    public let name: String
    /// The client of its API server.
    public let client: KubernetesClient
    /// The kubeconfig file, for programs such as Helm; `nil` for the service account of this pod.
    public let kubeconfig: String?
    /// The kubeconfig's context; `nil` for its current one.
    public let context: String?
    /// How previews on it answer.
    public let addresses: ClusterAddresses
    /// What is done with its `PreviewEnvironment` resources.
    public let environments: ClusterEnvironments

    /// Whether it answers.
    public var reachability: ClusterReachability {
        client.reachability?.current ?? ClusterReachability(status: .unknown, since: .distantPast)
    }

    /// Creates a cluster.
    public init(
        name: String, client: KubernetesClient, kubeconfig: String? = nil, context: String? = nil,
        addresses: ClusterAddresses = ClusterAddresses(), environments: ClusterEnvironments = ClusterEnvironments()
    ) {
        self.name = name
        self.client = client
        self.kubeconfig = kubeconfig
        self.context = context
        self.addresses = addresses
        self.environments = environments
    }
}
