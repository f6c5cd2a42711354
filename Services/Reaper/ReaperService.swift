import ServiceLifecycle
import Shared

/// Keeps the ledger of everything that is made for previews, watches their time to live, proves that nothing is left.
@main
struct ReaperService {
    static func main() async throws {
        try await ServiceRuntime.run(CleanupParticipant.reaper.rawValue) { runtime in
            let settings = try ReaperConfiguration(reader: runtime.configuration)
            let clusters = try runtime.makeClusters()
            let monitors = try runtime.clusterMonitors(of: clusters)
            let bus = try runtime.makeBus()
            let logger = runtime.logger
            let database = try ServiceDatabase(
                path: settings.databasePath, migrations: ReaperSchema.migrations, logger: logger)
            let store = ReaperStore(database: database)

            let searches = Dictionary(
                uniqueKeysWithValues: clusters.map { ($0.name, ClusterSearch(cluster: $0, logger: logger)) })
            let verification = CleanupVerification(
                store: store, searches: searches,
                settings: settings.verification, logger: logger)
            let timer = ExpiryTimer(store: store, logger: logger)
            let sweep = OrphanSweep(
                store: store, searches: searches, verification: verification, settings: settings.sweep,
                logger: logger)
            let relay = OutboxRelay(
                outbox: store.outbox, database: database, publisher: bus.publisher, logger: logger)
            let consumer = bus.consumer(
                handlers: [
                    ResourcePlannedHandler(store: store, verification: verification),
                    ResourceRemovedHandler(store: store),
                    CleanupRequestedHandler(store: store, verification: verification),
                ] + PreviewEventHandlers.all(store: store, timer: timer))
            return [bus] + monitors + [relay, verification, timer, sweep, consumer]
        }
    }
}
