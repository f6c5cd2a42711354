import Logging
import ServiceLifecycle
import Shared

/// Makes the addresses of previews, proves that they answer, removes them.
@main
struct DNSManagerService {
    static func main() async throws {
        try await ServiceRuntime.run(CleanupParticipant.dnsManager.rawValue) { runtime in
            let clusters = try runtime.makeClusters()
            let domains = clusters.compactMap(\.addresses.baseDomain)
            let settings = try DNSManagerConfiguration(
                reader: runtime.configuration, fallbackDomain: domains.count == clusters.count ? domains.first : nil)
            let adapted = try clusters.map { ($0, try settings.adapted(to: $0.addresses)) }
            let monitors = try runtime.clusterMonitors(of: clusters)
            let bus = try runtime.makeBus()
            let logger = runtime.logger

            let makers = adapted.map { cluster, settings in
                (
                    cluster.name,
                    AddressMaker(
                        cluster: cluster.name, client: cluster.client, scheme: settings.scheme,
                        provider: settings.provider)
                )
            }
            let cleanup = PreviewCleanup(
                scope: .addresses(of: settings.provider.anchorType, stuckAfter: settings.stuckAfter),
                clients: Dictionary(uniqueKeysWithValues: clusters.map { ($0.name, $0.client) }), logger: logger)
            let watchers = adapted.map { cluster, settings in
                let namespace = runtime.systemNamespace(on: cluster)
                return ElectedService(
                    election: runtime.watcherElection(on: cluster), prepare: { try await namespace.ensure() },
                    logger: logger
                ) {
                    Self.services(on: cluster, settings, bus.publisher, logger)
                }
            }
            let consumer = bus.consumer(
                handlers: [
                    AddressRequestedHandler(makers: Dictionary(uniqueKeysWithValues: makers)), cleanup,
                ], clusters: clusters.count)
            return [bus] + monitors + watchers + [cleanup, consumer]
        }
    }

    /// What one replica does on a cluster.
    private static func services(
        on cluster: Cluster, _ settings: DNSManagerConfiguration, _ publisher: any MessagePublishing, _ logger: Logger
    ) -> [any Service] {
        let keeper = AddressKeeper(
            cluster: cluster.name, client: cluster.client, settings: settings, prober: AddressProber(settings),
            publisher: publisher, logger: logger)
        var watchers: [any Service] = [
            AddressWatcher(
                keeper: keeper, client: cluster.client, anchorType: settings.provider.anchorType, logger: logger)
        ]
        if let copies = settings.provider.certificateCopies {
            watchers.append(
                CertificateKeeper(
                    copies: copies, settings: settings, cluster: cluster.name, client: cluster.client,
                    publisher: publisher, logger: logger))
        }
        return watchers
    }
}
