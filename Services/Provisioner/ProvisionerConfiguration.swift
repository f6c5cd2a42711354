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
        helmProcesses = try reader.number("helm.processes", default: helmProcesses, in: 1...1000)
        sealingKeyFile = reader.string(forKey: "sealing.key.file")
        healthResync = .seconds(try reader.number("health.resync.seconds", default: 30, in: 1...3600))
        catalogueResync = .seconds(try reader.number("catalogue.resync.seconds", default: 60, in: 1...3600))
        patience.restarts = try reader.number("health.restarts", default: patience.restarts, in: 0...1000)
        let grace = 0...3600
        patience.startProblem = TimeInterval(try reader.number("health.start.grace.seconds", default: 3, in: grace))
        patience.placement = TimeInterval(try reader.number("health.placement.grace.seconds", default: 30, in: grace))
        patience.surroundings = TimeInterval(
            try reader.number("health.surroundings.grace.seconds", default: 60, in: grace))
        patience.readiness = TimeInterval(try reader.number("health.readiness.seconds", default: 8, in: grace))
        cleanupPatience = .seconds(try reader.number("cleanup.stuck.seconds", default: 60, in: 1...86_400))
        tombstones.keep = TimeInterval(try reader.number("tombstone.keep.hours", default: 168, in: 1...8760)) * 3600
        if let names = reader.string(forKey: "catalogue.excluded.namespaces") {
            excludedNamespaces = Set(names.split(separator: ",").map { $0.trimmingWhitespace() })
        }
        namespaces = try NamespaceSettings(reader: reader)
        deployments = try DeploymentSettings(reader: reader)
        environments = try EnvironmentSettings(reader: reader)
    }
}
