import MessageBus
import ServiceRuntime

@main
struct ProvisionerService {
    static func main() async throws {
        try await ServiceRuntime.run(FactPublisher.source) { @Sendable runtime in
            let configuration = try ProvisionerConfiguration(reader: runtime.configuration)
            let bus = try runtime.makeBus()
            let provisioner = try Provisioner(
                publisher: bus.publisher, clusters: runtime.makeClusters(), configuration: configuration,
                logger: runtime.logger, systemNamespace: runtime.systemNamespace, election: runtime.watcherElection)
            runtime.health.register("kubernetes") {
                provisioner.reached.contains(all: provisioner.clusters)
                    ? .ready : .notReady("a cluster has not answered yet")
            }
            let consumer = bus.consumer(handlers: provisioner.handlers, responders: provisioner.responders)
            return [bus] + provisioner.workers + [consumer]
        }
    }
}
