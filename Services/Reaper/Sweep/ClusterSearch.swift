import Logging
import Shared

/// The ways to look for a preview's objects on one cluster.
struct ClusterSearch: Sendable {
    let ledger: LedgerCheck
    let sweep: LabelSweep
    /// The same search, shared by those who verify.
    let sweeps: SweepQueue

    init(cluster: Cluster, logger: Logger) {
        self.init(name: cluster.name, client: cluster.client, logger: logger)
    }

    init(name: String, client: KubernetesClient, logger: Logger) {
        ledger = LedgerCheck(cluster: name, client: client)
        sweep = LabelSweep(
            cluster: name, client: client, discovery: KindDiscovery(client: client, logger: logger), logger: logger)
        sweeps = SweepQueue(sweep: sweep)
    }
}
