import Configuration
public import KubernetesClient

/// A cluster that a service works on.
public struct Cluster: Sendable {
    /// Its name in Understudy's configuration, as messages carry it.
    public let name: String
    public let client: KubernetesClient
    /// The kubeconfig file, for programs such as Helm; `nil` for the service account of this pod.
    public let kubeconfig: String?
    /// The kubeconfig's context; `nil` for its current one.
    public let context: String?

    /// Creates a cluster.
    public init(name: String, client: KubernetesClient, kubeconfig: String? = nil, context: String? = nil) {
        self.name = name
        self.client = client
        self.kubeconfig = kubeconfig
        self.context = context
    }
}

extension ServiceRuntime {
    /// The clusters that the service is configured for.
    ///
    /// - `cluster.name` (string, `local`): the cluster's name.
    /// - `kubeconfig` (string): the kubeconfig file; without one the pod's service account is used.
    /// - `kube.context` (string): the kubeconfig's context.
    ///
    /// - Throws: what is wrong with the kubeconfig, with its file and field.
    public func makeClusters() throws -> [Cluster] {
        let kubeconfig = configuration.string(forKey: "kubeconfig").flatMap { $0.isEmpty ? nil : $0 }
        let context = configuration.string(forKey: "kube.context")
        let client = KubernetesClient(
            configuration: try .load(kubeconfig: kubeconfig, context: context), fieldManager: "understudy-\(name)",
            logger: logger)
        return [
            Cluster(
                name: configuration.string(forKey: "cluster.name", default: "local"), client: client,
                kubeconfig: kubeconfig, context: context)
        ]
    }
}
