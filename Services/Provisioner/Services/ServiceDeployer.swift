import Foundation
import Helm
import KubernetesClient
import Logging
import PreviewDomain
import ServiceLifecycle
import ServiceRuntime

/// Names a service of a preview on a cluster.
struct ServiceKey: Hashable, Sendable, CustomStringConvertible {
    var cluster: String
    var namespace: String
    var service: String
    var description: String { "\(cluster)/\(namespace)/\(service)" }
}

/// Deploys services, as the records in their namespaces ask. Helm runs here, never in a message's handler.
struct ServiceDeployer: Service {
    private let deployments: Reconciler<ServiceKey>

    /// Creates a deployer.
    ///
    /// - Parameters:
    ///   - reportAgain: asks for a service's health to be reported, changed or not.
    ///   - expect: asks for a service's health to be looked for, should no watch tell of it.
    init(
        clusters: Clusters, facts: FactPublisher, sealingKey: SealingKey, settings: DeploymentSettings,
        patience: HealthPatience, logger: Logger, reportAgain: @escaping @Sendable (ServiceKey) -> Void,
        expect: @escaping @Sendable (ServiceKey) -> Void
    ) {
        let deployment = ServiceDeployment(
            facts: facts, sealingKey: sealingKey, settings: settings, patience: patience, logger: logger,
            reportAgain: reportAgain, expect: expect)
        deployments = Reconciler(
            "deployments", concurrency: 32, delays: .milliseconds(200) ... .seconds(10), logger: logger
        ) { key in
            try await deployment.advance(key, on: try clusters.named(key.cluster))
        }
    }

    /// Asks for a service to be looked at now.
    func request(_ key: ServiceKey) { deployments.request(key) }

    /// Asks for everything that an earlier process may have left half done.
    func resume(on access: ClusterAccess) async throws {
        let maps = try await access.client.list(
            .configMaps, labels: [DeploymentRecord.stateLabel: DeploymentRecord.open])
        for object in maps.items {
            guard let record = DeploymentRecord(object), record.outcome == nil, let namespace = object.namespace else {
                continue
            }
            request(ServiceKey(cluster: access.name, namespace: namespace, service: record.request.service.name))
        }
    }

    func run() async throws { try await deployments.run() }
}
