import ServiceRuntime

@main
struct ProvisionerService {
    static func main() async throws {
        try await ServiceRuntime.run(FactPublisher.source) { @Sendable runtime in
            let configuration = ProvisionerConfiguration(reader: runtime.configuration)
            let provisioner = try Provisioner(
                bus: runtime.makeBus(), clusters: runtime.makeClusters(), configuration: configuration,
                logger: runtime.logger, systemNamespace: runtime.systemNamespace, election: runtime.watcherElection)
            return provisioner.services
        }
    }
}
