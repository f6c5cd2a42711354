import Helm
import ServiceLifecycle
import Shared

@main
struct PromoterService {
    static func main() async throws {
        try await ServiceRuntime.run("promoter") { runtime in
            let configuration = try PromoterConfiguration(reader: runtime.configuration)
            let bus = try runtime.makeBus()
            let clusters = try runtime.makeClusters()
            let monitors = try runtime.clusterMonitors(of: clusters)
            let concurrency = HelmConcurrency(limit: 4, clusters: clusters.count)
            let runners = clusters.map { cluster in
                let namespace = runtime.systemNamespace(on: cluster)
                let helm = HelmProgram(
                    path: configuration.helm,
                    connection: HelmConnection(kubeconfig: cluster.kubeconfig, context: cluster.context),
                    concurrency: concurrency, reachability: cluster.client.reachability)
                helm.removeLeftovers()
                let driver = PromotionDriver(
                    cluster: cluster, records: PromotionRecords(cluster: cluster, namespace: namespace.name),
                    helm: helm, hooks: configuration.hooks, rolloutDeadline: configuration.rolloutDeadline,
                    publisher: bus.publisher, logger: runtime.logger)
                return PromotionRunner(
                    driver: driver, election: runtime.watcherElection(on: cluster), namespace: namespace,
                    logger: runtime.logger)
            }
            let records = Dictionary(
                uniqueKeysWithValues: runners.map { ($0.driver.cluster.name, $0.driver.records) })
            let consumer = bus.consumer(
                handlers: [
                    PromoteService(records: records), RemovePromotionRecords(records: records),
                ], clusters: clusters.count)
            return [bus] + monitors + [consumer] + runners
        }
    }
}
