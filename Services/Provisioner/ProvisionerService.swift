import MessageBus
import ServiceRuntime

@main
struct ProvisionerService {
    static func main() async throws {
        try await ServiceRuntime.run(FactPublisher.source) { @Sendable runtime in
            let configuration = try ProvisionerConfiguration(reader: runtime.configuration)
            let bus = try runtime.makeBus()
            let clusters = try runtime.makeClusters()
            let monitors = try runtime.clusterMonitors(of: clusters)
            let provisioner = try Provisioner(
                publisher: bus.publisher, clusters: clusters, configuration: configuration, logger: runtime.logger,
                systemNamespace: runtime.systemNamespace, election: runtime.watcherElection)
            let consumer = bus.consumer(
                handlers: provisioner.handlers, responders: provisioner.responders, clusters: clusters.count)
            return [bus] + monitors + provisioner.workers + [consumer]
        }
    }
}
