import Configuration
import KubernetesClient
import Logging
import PreviewDomain
public import ServiceLifecycle

extension ServiceRuntime {
    /// The clusters that the service is configured for; nothing is asked of them yet.
    ///
    /// - `clusters.file` (string): the file that names them; see operations.md. Without one there is one cluster:
    /// - `cluster.name` (string, `local`): the cluster's name.
    /// - `kubeconfig` (string): the kubeconfig file; without one the pod's service account is used.
    /// - `kube.context` (string): the kubeconfig's context.
    /// - `resources.watch` (bool, true), `resources.organization` (string, `default`), `resources.mirror.namespace`
    ///   (string): what is done with its `PreviewEnvironment` resources.
    ///
    /// - Throws: ``ClustersFileError``, ``ConfigurationProblem``, or what is wrong with the kubeconfig.
    public func makeClusters() throws -> [Cluster] {
        if let path = text("clusters.file") {
            let other: [ConfigKey] = ["cluster.name", "kubeconfig", "kube.context"]
            let ignored = other.filter { text($0) != nil }.map { $0.components.joined(separator: ".") }
            if !ignored.isEmpty {
                logger.notice(
                    "Clusters are those of the file; other settings of clusters are not used",
                    metadata: ["file": "\(path)", "settings": "\(ignored)"])
            }
            return try ClustersFile(path: path).entries.map(makeCluster)
        }
        let kubeconfig = text("kubeconfig")
        let context = text("kube.context")
        let name = text("cluster.name") ?? "local"
        guard DNSLabel.isValid(name) else {
            throw ConfigurationProblem(
                key: "cluster.name", problem: "\(name) is no DNS label, such as local or europe-1")
        }
        return [
            makeCluster(
                .init(
                    name: name, kubeconfig: kubeconfig, context: context,
                    configuration: try .load(kubeconfig: kubeconfig, context: context),
                    addresses: ClusterAddresses(), environments: try environments()))
        ]
    }

    /// What finds out whether the clusters answer; `/readyz` tells of it. They run beside the service's other parts and
    /// before them.
    ///
    /// - `cluster.probe.timeout.seconds` (int, 4): how long a cluster may take to answer.
    public func clusterMonitors(of clusters: [Cluster]) throws -> [any Service] {
        var settings = ClusterMonitor.Settings()
        settings.timeout = .seconds(try configuration.number("cluster.probe.timeout.seconds", default: 4, in: 1...60))
        health.register("clusters") { ClusterHealth.status(clusters.map { ($0.name, $0.reachability) }) }
        return clusters.compactMap { cluster in
            cluster.client.reachability.map { gate in
                ClusterMonitor(
                    cluster: cluster.name, client: cluster.client, gate: gate,
                    namespace: systemNamespace(on: cluster).name, settings: settings, logger: logger)
            }
        }
    }

    private func makeCluster(_ entry: ClustersFile.Entry) -> Cluster {
        var options = ClientOptions()
        options.reachability = ReachabilityGate()
        return Cluster(
            name: entry.name,
            client: KubernetesClient(
                configuration: entry.configuration, fieldManager: "understudy-\(name)", cluster: entry.name,
                options: options, logger: logger),
            kubeconfig: entry.kubeconfig, context: entry.context, addresses: entry.addresses,
            environments: entry.environments)
    }

    private func environments() throws(ConfigurationProblem) -> ClusterEnvironments {
        var environments = ClusterEnvironments()
        if let text = text("resources.watch") {
            guard let isWatched = Bool(text) else {
                throw ConfigurationProblem(key: "resources.watch", problem: "\(text) is neither true nor false")
            }
            environments.isWatched = isWatched
        }
        if let text = text("resources.organization") {
            guard let organization = OrganizationName(rawValue: text) else {
                throw ConfigurationProblem(key: "resources.organization", problem: "\(text) is no DNS label")
            }
            environments.organization = organization
        }
        if let text = text("resources.mirror.namespace") {
            guard DNSLabel.isValid(text) else {
                throw ConfigurationProblem(key: "resources.mirror.namespace", problem: "\(text) is no DNS label")
            }
            environments.mirrorNamespace = text
        }
        return environments
    }

    private func text(_ key: ConfigKey) -> String? {
        configuration.string(forKey: key).flatMap { $0.isEmpty ? nil : $0 }
    }
}
