import ServiceLifecycle
import Shared

/// Finds CloudNativePG clusters, clones them for previews, watches the clones, removes them.
@main
struct DatabaseClonerService {
    static func main() async throws {
        try await ServiceRuntime.run(CleanupParticipant.databaseCloner.rawValue) { runtime in
            let settings = try DatabaseClonerConfiguration(reader: runtime.configuration)
            let clusters = try runtime.makeClusters()
            let monitors = try runtime.clusterMonitors(of: clusters)
            let bus = try runtime.makeBus()
            let logger = runtime.logger

            let inspectors = clusters.map { CloneInspector(cluster: $0.name, client: $0.client) }
            let makers = inspectors.map { inspector in
                (
                    inspector.cluster,
                    CloneMaker(
                        cluster: inspector.cluster, client: inspector.client, settings: settings.clones,
                        inspector: inspector)
                )
            }
            let cleanup = PreviewCleanup(
                scope: .clones(stuckAfter: settings.stuckAfter),
                clients: Dictionary(uniqueKeysWithValues: clusters.map { ($0.name, $0.client) }), logger: logger)
            let watchers = zip(clusters, inspectors).map { cluster, inspector in
                let namespace = runtime.systemNamespace(on: cluster)
                return ElectedService(
                    election: runtime.watcherElection(on: cluster), prepare: { try await namespace.ensure() },
                    logger: logger
                ) {
                    [
                        CloneWatcher(
                            inspector: inspector, publisher: bus.publisher, resync: settings.resync, logger: logger)
                    ]
                }
            }
            let consumer = bus.consumer(
                handlers: [
                    DatabaseRequestedHandler(makers: Dictionary(uniqueKeysWithValues: makers)), cleanup,
                ], clusters: clusters.count)
            return [bus] + monitors + watchers + [cleanup, consumer]
        }
    }
}
