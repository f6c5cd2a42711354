import Foundation
import KubernetesClient

/// A database cluster's status, as CloudNativePG's operator writes it.
struct PostgresClusterStatus {
    /// Where a cluster stands.
    struct Stage {
        var phase: String
        var reason: String
        var isHealthy = false
        var isHibernated = false

        init(_ phase: String, _ reason: String) {
            self.phase = phase
            self.reason = reason
        }

        static let starting = Stage(
            "Waiting for the instances to become active", "Some instances are not yet active. Please wait.")

        static var hibernated: Stage {
            var stage = Stage("Cluster in healthy state", "")
            stage.isHibernated = true
            return stage
        }

        static func healthy(_ cluster: PostgresCluster) -> Stage {
            let wanted = cluster.wantedInstances
            var stage = Stage(
                "Cluster in healthy state",
                wanted > 1 ? "dev-cluster runs only the primary of \(wanted) instances" : "")
            stage.isHealthy = true
            return stage
        }

        /// Whether nothing is expected to change by itself.
        var isFinal: Bool { isHealthy || isHibernated }
    }

    let cluster: PostgresCluster
    let stage: Stage
    let pod: JSONValue?

    /// The status after this look.
    func applied(to old: JSONValue) -> JSONValue {
        var status = old
        let isReady = stage.isFinal
        status["phase"] = .string(stage.phase)
        status["phaseReason"] = stage.reason.isEmpty ? nil : .string(stage.reason)
        status["image"] = .string(cluster.image)
        status["instances"] = JSONValue(stage.isHibernated ? 0 : 1)
        status["readyInstances"] = JSONValue(stage.isHealthy ? 1 : 0)
        status["instanceNames"] = [.string(cluster.instanceName)]
        status["latestGeneratedNode"] = 1
        status["targetPrimary"] = .string(cluster.instanceName)
        status["pvcCount"] = 1
        status["healthyPVC"] = [.string(cluster.instanceName)]
        status["writeService"] = .string(cluster.writeService)
        status["readService"] = .string("\(cluster.name)-r")
        status["certificates"] = [
            "serverCASecret": .string(cluster.authoritySecret), "serverTLSSecret": .string(cluster.serverSecret),
            "clientCASecret": .string(cluster.authoritySecret),
            "replicationTLSSecret": .string(cluster.replicationSecret),
            "serverAltDNSNames": JSONValue(cluster.serverNames),
        ]
        if stage.isHealthy {
            if status["currentPrimary"]?.string != cluster.instanceName {
                status["currentPrimary"] = .string(cluster.instanceName)
                status["currentPrimaryTimestamp"] = .string(Timestamp.formatMicroseconds(Date()))
            }
            status["instancesStatus"] = ["healthy": [.string(cluster.instanceName)]]
            status["conditions"] = status["conditions"] ?? []
            status.setCondition(Condition("Initialized", true, "BootstrapCompleted", "Cluster was bootstrapped"))
        } else {
            status["instancesStatus"] = nil
            if status["conditions"]?.array?.contains(where: { $0["type"] == "Initialized" }) != true {
                status.setCondition(
                    Condition("Initialized", false, "BootstrapPending", "Cluster is not bootstrapped yet"))
            }
        }
        status.setCondition(
            isReady
                ? Condition("Ready", true, "ClusterIsReady", "Cluster is Ready")
                : Condition("Ready", false, "ClusterIsNotReady", "Cluster Is Not Ready"))
        if stage.isHibernated {
            status.setCondition(Condition("cnpg.io/hibernation", true, "Hibernated", "Cluster has been hibernated"))
        } else if cluster.isHibernated {
            status.setCondition(Condition("cnpg.io/hibernation", false, "WaitingPodsDeletion", "Waiting for pods"))
        } else {
            status.removeCondition("cnpg.io/hibernation")
        }
        return status
    }
}
