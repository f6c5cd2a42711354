import Configuration
import Foundation
import ServiceRuntime

/// What the provisioner is told beside the clusters and the message bus.
///
/// - `helm` (path, `helm`): the Helm 3 program; a name is looked up in `PATH`.
/// - `helm.processes` (int, twice the processors): how many Helm processes run at once.
/// - `sealing.key.file` (path): where the key for sealed variables is kept; made where it is missing. Without it a key is
///   made at each start, and values sealed before cannot be opened any more.
/// - `health.resync.seconds` (int, 30), `catalogue.resync.seconds` (int, 60): how often an unchanged state is reported.
/// - `health.restarts` (int, 3), `health.start.grace.seconds` (int, 3), `health.placement.grace.seconds` (int, 30),
///   `health.surroundings.grace.seconds` (int, 60): how long a service that does not come up is waited for before it
///   counts as failed; the last one where a registry, a network or a storage driver does not answer.
/// - `health.readiness.seconds` (int, 8): how long a container may run without being ready before that is reported.
/// - `cleanup.stuck.seconds` (int, 60): after how long a namespace that does not go is reported.
/// - `tombstone.keep.hours` (int, 168): how long ended previews are remembered.
/// - `environment.…`: how PreviewEnvironments are served, see ``EnvironmentSettings``.
/// - `catalogue.excluded.namespaces` (names): namespaces of the cluster itself.
struct ProvisionerConfiguration: Sendable {
    var helmPath = "helm"
    var helmProcesses = 2 * ProcessInfo.processInfo.activeProcessorCount
    var sealingKeyFile: String?
    var healthResync: Duration = .seconds(30)
    var catalogueResync: Duration = .seconds(60)
    var patience = HealthPatience()
    var cleanupPatience: Duration = .seconds(60)
    var tombstones = TombstoneSweep()
    var excludedNamespaces: Set<String> = [
        "kube-system", "kube-public", "kube-node-lease", "understudy-system", "cnpg-system", "cert-manager",
        "ingress-nginx", "traefik", "external-dns",
    ]
    var namespaces = NamespaceSettings()
    var deployments = DeploymentSettings()
    var environments = EnvironmentSettings()

    init() {}

    /// - Throws: ``ConfigurationProblem`` naming the key that can't be used.
    init(reader: ConfigReader) throws(ConfigurationProblem) {
        helmPath = reader.string(forKey: "helm", default: helmPath)
        helmProcesses = reader.int(forKey: "helm.processes", default: helmProcesses)
        sealingKeyFile = reader.string(forKey: "sealing.key.file")
        healthResync = .seconds(reader.int(forKey: "health.resync.seconds", default: 30))
        catalogueResync = .seconds(reader.int(forKey: "catalogue.resync.seconds", default: 60))
        patience.restarts = reader.int(forKey: "health.restarts", default: patience.restarts)
        patience.startProblem = TimeInterval(reader.int(forKey: "health.start.grace.seconds", default: 3))
        patience.placement = TimeInterval(reader.int(forKey: "health.placement.grace.seconds", default: 30))
        patience.surroundings = TimeInterval(reader.int(forKey: "health.surroundings.grace.seconds", default: 60))
        patience.readiness = TimeInterval(reader.int(forKey: "health.readiness.seconds", default: 8))
        cleanupPatience = .seconds(reader.int(forKey: "cleanup.stuck.seconds", default: 60))
        tombstones.keep = TimeInterval(reader.int(forKey: "tombstone.keep.hours", default: 168)) * 3600
        if let names = reader.string(forKey: "catalogue.excluded.namespaces") {
            excludedNamespaces = Set(names.split(separator: ",").map { $0.trimmingWhitespace() })
        }
        namespaces = try NamespaceSettings(reader: reader)
        deployments = DeploymentSettings(reader: reader)
        environments = try EnvironmentSettings(reader: reader)
    }
}
