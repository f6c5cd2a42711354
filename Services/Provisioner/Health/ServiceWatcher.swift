import KubernetesClient
import Logging
import PreviewDomain
import ServiceLifecycle
import ServiceRuntime

/// Watches a cluster, in one process at a time: services' health, applications, and work that was left half done.
struct ServiceWatcher: Service {
    let access: ClusterAccess
    let election: LeaseElection
    let indexes: WatchedIndexes
    let reporter: HealthReporter
    let deployer: ServiceDeployer
    let tracker: CleanupTracker
    let catalogue: CatalogueReporter
    let losses: NamespaceLossReporter
    let environments: EnvironmentWatcher
    let tombstones: TombstoneSweep
    /// How often half-done work is looked for.
    let resync: Duration
    let logger: Logger

    func run() async throws {
        // What goes wrong on this cluster is no reason to stop serving the others: it is tried again.
        let elected = ElectedService(
            election: election, prepare: { [system = access.system] in try await system.ensure() },
            logger: logger
        ) { [Watch(watch: watch)] }
        try await elected.run()
    }

    private struct Watch: Service {
        let watch: @Sendable () async throws -> Void
        func run() async throws { try await watch() }
    }

    private func watch() async throws {
        let index = ServiceIndex(cluster: access.name)
        // Whoever watched before may have reported something else since.
        reporter.forget(cluster: access.name)
        indexes[access.name] = index
        defer {
            indexes[access.name] = nil
            reporter.forget(cluster: access.name)
        }
        logger.info("Watching cluster", metadata: ["cluster": "\(access.name)"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for type in ServiceIndex.types {
                group.addTask { try await follow(type, into: index) }
            }
            group.addTask {
                let warnings = WarningWatch(cluster: access.name, client: access.client, logger: logger)
                try await warnings.follow { event in
                    for key in index.record(warning: event) { reporter.request(key) }
                }
            }
            for (type, isRequired) in CatalogueReader.triggers {
                group.addTask { try await followCatalogue(type, isRequired: isRequired) }
            }
            group.addTask { try await followNamespaces() }
            group.addTask { try await environments.watch(access) }
            group.addTask { try await resumePeriodically() }
            try await group.waitForAll()
        }
    }

    private func follow(_ type: ResourceType, into index: ServiceIndex) async throws {
        for try await event in access.client.watch(type, labels: "\(PreviewLabels.preview),\(PreviewLabels.service)") {
            for key in index.record(event, of: type) { reporter.request(key) }
        }
    }

    private func followNamespaces() async throws {
        for try await event in access.client.watch(.namespaces, labels: "\(PreviewLabels.preview)") {
            losses.request(event, on: access.name)
        }
    }

    private func followCatalogue(_ type: ResourceType, isRequired: Bool) async throws {
        do {
            for try await _ in access.client.watch(type, labels: "!\(PreviewLabels.preview)") {
                catalogue.request(access.name)
            }
        } catch let error as KubernetesError where error.isNotFound && !isRequired {
            // The cluster serves no such kind; it is looked for again with the next lease.
        }
    }

    private func resumePeriodically() async throws {
        var sweptAt: ContinuousClock.Instant?
        while true {
            do {
                try await deployer.resume(on: access)
                try await tracker.resume(on: access)
                if sweptAt.map({ .now - $0 > .seconds(3600) }) ?? true {
                    try await tombstones.sweep(access)
                    sweptAt = .now
                }
            } catch let error as KubernetesError {
                logger.log(
                    level: error.isOutage ? .debug : .warning, "Could not look for half-done work",
                    metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: resync)
        }
    }
}
