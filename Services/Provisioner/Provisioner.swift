import Foundation
import Helm
import KubernetesClient
import Logging
import MessageBus
import ServiceLifecycle
import ServiceRuntime

/// The provisioner's parts: what answers messages, and what works beside them.
struct Provisioner: Sendable {
    let clusters: Clusters
    let handlers: [any MessageHandler]
    let responders: [any RequestResponder]
    /// In the order in which they need each other.
    let workers: [any Service]

    /// Puts the parts together; nothing runs yet.
    init(
        publisher: any MessagePublishing, clusters all: [Cluster], configuration: ProvisionerConfiguration,
        logger: Logger, systemNamespace: (Cluster) -> SystemNamespace, election: (Cluster) -> LeaseElection
    ) throws {
        let concurrency = HelmConcurrency(limit: configuration.helmProcesses, clusters: all.count)
        clusters = Clusters(
            all.map { cluster in
                ClusterAccess(
                    cluster: cluster,
                    helm: HelmProgram(
                        path: configuration.helmPath,
                        connection: HelmConnection(kubeconfig: cluster.kubeconfig, context: cluster.context),
                        concurrency: concurrency, reachability: cluster.client.reachability),
                    system: systemNamespace(cluster), discovery: ClusterDiscovery(client: cluster.client))
            })
        for access in clusters.all { access.helm.removeLeftovers() }
        let sealingKey = try configuration.sealingKeyFile.map(SealingKey.init(file:)) ?? SealingKey()
        let facts = FactPublisher(publisher: publisher)
        let indexes = WatchedIndexes()
        let reporter = HealthReporter(
            clusters: clusters, indexes: indexes, facts: facts, diagnosis: Diagnosis(patience: configuration.patience),
            settings: configuration.deployments, resync: configuration.healthResync, logger: logger)
        let deployer = ServiceDeployer(
            clusters: clusters, facts: facts, sealingKey: sealingKey, settings: configuration.deployments,
            patience: configuration.patience, logger: logger, reportAgain: reporter.reportAgain, expect: reporter.expect
        )
        let tracker = CleanupTracker(
            clusters: clusters, facts: facts, patience: configuration.cleanupPatience, logger: logger)
        let catalogue = CatalogueReporter(
            clusters: clusters, facts: facts, sealingKey: sealingKey,
            excludedNamespaces: configuration.excludedNamespaces, resync: configuration.catalogueResync, logger: logger)
        let losses = NamespaceLossReporter(clusters: clusters, facts: facts, logger: logger)
        let environments = EnvironmentOperator(
            clusters: clusters, publisher: publisher, settings: configuration.environments, logger: logger)
        handlers =
            environments.reports.handlers + [
                NamespaceRequestedHandler(clusters: clusters, settings: configuration.namespaces),
                ServiceRequestedHandler(clusters: clusters, deployer: deployer),
                CleanupRequestedHandler(clusters: clusters, tracker: tracker),
                CatalogueRequestedHandler(
                    clusters: clusters, sealingKey: sealingKey, excludedNamespaces: configuration.excludedNamespaces),
            ]
        responders = [LogsResponder(clusters: clusters)]
        let observers = clusters.all.compactMap { access in
            access.client.reachability.map { gate in
                ClusterObserver(access: access, gate: gate, facts: facts, catalogue: catalogue, logger: logger)
            }
        }
        let watchers = clusters.all.map { access in
            ServiceWatcher(
                access: access, election: election(access.cluster), indexes: indexes, reporter: reporter,
                deployer: deployer, tracker: tracker, catalogue: catalogue, losses: losses,
                environments: environments.watcher, tombstones: configuration.tombstones,
                resync: .seconds(10), logger: logger)
        }
        workers = [reporter, deployer, tracker, catalogue, losses, environments.reconciler] + observers + watchers
    }
}
