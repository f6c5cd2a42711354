import Foundation
import KubernetesClient
import Logging

/// Keeps a Deployment's ReplicaSets: one for the present template, older ones going away as the new one comes up.
struct DeploymentController: Sendable {
    static let revision = "deployment.kubernetes.io/revision"

    let cluster: ClusterState
    let events: EventRecorder

    func controller(logger: Logger) -> Controller {
        Controller(
            name: "deployment", cluster: cluster,
            watches: [.itself(.deployments), .owned(.replicaSets, by: "Deployment")], logger: logger,
            reconcile: reconcile)
    }

    func reconcile(_ name: ObjectName) throws -> Duration? {
        guard let deployment = cluster.get(.deployments, name.namespace, name.name), !deployment.isBeingDeleted else {
            return nil
        }
        let owned = cluster.list(.replicaSets, name.namespace).filter { $0.isControlled(by: deployment) }
        let hash = PodTemplate(deployment.spec["template"]).hash
        var rollout = Rollout(deployment: deployment, replicaSets: owned, hash: hash)
        let isPaused = deployment.spec["paused"]?.bool == true
        if !isPaused { try ensureRevision(&rollout) }
        for change in rollout.scaling(isPaused: isPaused) {
            try scale(deployment, change)
        }
        if !isPaused { try forgetOldRevisions(rollout) }
        return try updateStatus(rollout)
    }

    /// Makes the ReplicaSet of the present template, or makes an older one that fits the newest revision again.
    private func ensureRevision(_ rollout: inout Rollout) throws(APIError) {
        let deployment = rollout.deployment
        let newest = rollout.old.compactMap { Int($0.annotations[Self.revision] ?? "") }.max() ?? 0
        let carried = deployment.annotations.filter {
            $0.key != "kubectl.kubernetes.io/last-applied-configuration" && $0.key != Self.revision
        }
        let revision: String
        if let current = rollout.current {
            let present = Int(current.annotations[Self.revision] ?? "") ?? 0
            revision = String(present > newest ? present : newest + 1)
            rollout.current = try cluster.update(.replicaSets, current.namespace, current.name) { set in
                for (key, value) in carried { set["metadata"]["annotations"][key] = .string(value) }
                set["metadata"]["annotations"][Self.revision] = .string(revision)
                set["spec"]["minReadySeconds"] = deployment.spec["minReadySeconds"]
            }
        } else {
            revision = String(newest + 1)
            let set = rollout.newReplicaSet(annotations: carried.merging([Self.revision: revision]) { $1 })
            rollout.current = try cluster.create(.replicaSets, set)
            rollout.isNew = true
            if let current = rollout.current, let count = current.spec["replicas"]?.int, count > 0 {
                events.normal(
                    deployment, "ScalingReplicaSet", "Scaled up replica set \(current.name) from 0 to \(count)",
                    from: "deployment-controller")
            }
        }
        if deployment.annotations[Self.revision] != revision {
            try cluster.update(.deployments, deployment.namespace, deployment.name) {
                $0["metadata"]["annotations"][Self.revision] = .string(revision)
            }
        }
    }

    private func scale(_ deployment: JSONValue, _ change: Rollout.Scaling) throws(APIError) {
        let old = change.replicaSet.spec["replicas"]?.int ?? 0
        let annotations = Rollout.annotations(for: deployment)
        try cluster.update(.replicaSets, change.replicaSet.namespace, change.replicaSet.name) { set in
            set["spec"]["replicas"] = JSONValue(change.replicas)
            for (key, value) in annotations { set["metadata"]["annotations"][key] = .string(value) }
        }
        let direction = change.replicas > old ? "up" : "down"
        events.normal(
            deployment, "ScalingReplicaSet",
            "Scaled \(direction) replica set \(change.replicaSet.name) from \(old) to \(change.replicas)",
            from: "deployment-controller")
    }

    private func forgetOldRevisions(_ rollout: Rollout) throws(APIError) {
        let limit = rollout.deployment.spec["revisionHistoryLimit"]?.int ?? 10
        let idle = rollout.old.filter {
            ($0.spec["replicas"]?.int ?? 0) == 0 && ($0.status["replicas"]?.int ?? 0) == 0 && !$0.isBeingDeleted
        }
        for set in idle.prefix(max(0, idle.count - limit)) {
            try cluster.delete(.replicaSets, set.namespace, set.name, DeleteOptions(propagation: .background))
        }
    }

    private func updateStatus(_ rollout: Rollout) throws(APIError) -> Duration? {
        let deployment = rollout.deployment
        let sets = rollout.all.map { cluster.get(.replicaSets, $0.namespace, $0.name) ?? $0 }
        let current = rollout.current.flatMap { cluster.get(.replicaSets, $0.namespace, $0.name) }
        let now = Date()
        let status = DeploymentStatus(
            deployment: deployment, replicaSets: sets, current: current, isNew: rollout.isNew, now: now)
        try cluster.update(.deployments, deployment.namespace, deployment.name, .status) { object in
            object["status"] = status.applied(to: object["status"] ?? [:])
        }
        return status.deadline.map { .seconds(max(0.1, $0.timeIntervalSince(now))) }
    }
}
