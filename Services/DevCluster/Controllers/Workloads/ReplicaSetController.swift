import Foundation
import KubernetesClient
import Logging

/// Keeps as many Pods as a ReplicaSet asks for.
struct ReplicaSetController: Sendable {
    let cluster: ClusterState
    let events: EventRecorder

    func controller(logger: Logger) -> Controller {
        Controller(
            name: "replicaset", cluster: cluster,
            watches: [.itself(.replicaSets), .owned(.pods, by: "ReplicaSet")], logger: logger, reconcile: reconcile)
    }

    func reconcile(_ name: ObjectName) throws -> Duration? {
        guard let set = cluster.get(.replicaSets, name.namespace, name.name) else { return nil }
        let pods = cluster.list(.pods, name.namespace).filter { $0.isControlled(by: set) && $0.isActivePod }
        var failure: APIError?
        if !set.isBeingDeleted {
            do {
                try scale(set, pods)
            } catch {
                failure = error
            }
        }
        let again = try updateStatus(set, failure)
        if let failure { throw failure }
        return again
    }

    private func scale(_ set: JSONValue, _ pods: [JSONValue]) throws(APIError) {
        let desired = set.spec["replicas"]?.int ?? 1
        let template = PodTemplate(set.spec["template"])
        for _ in 0..<max(0, desired - pods.count) {
            do {
                let pod = try cluster.create(.pods, template.pod(for: set))
                events.normal(set, "SuccessfulCreate", "Created pod: \(pod.name)", from: "replicaset-controller")
            } catch {
                events.warning(
                    set, "FailedCreate", "Error creating: \(error.message)", from: "replicaset-controller")
                throw error
            }
        }
        // Those that do not serve go first, then the youngest.
        let order = pods.sorted { left, right in
            if left.isReadyPod != right.isReadyPod { return !left.isReadyPod }
            return (left.metadata["creationTimestamp"]?.string ?? "")
                > (right.metadata["creationTimestamp"]?.string ?? "")
        }
        for pod in order.prefix(max(0, pods.count - desired)) {
            try cluster.delete(.pods, pod.namespace, pod.name, DeleteOptions(uid: pod.uid))
            events.normal(set, "SuccessfulDelete", "Deleted pod: \(pod.name)", from: "replicaset-controller")
        }
    }

    private func updateStatus(_ set: JSONValue, _ failure: APIError?) throws(APIError) -> Duration? {
        let pods = cluster.list(.pods, set.namespace).filter { $0.isControlled(by: set) && $0.isActivePod }
        let now = Date()
        let waits = pods.compactMap {
            $0.timeUntilAvailable(minReadySeconds: set.spec["minReadySeconds"]?.int ?? 0, now: now)
        }
        let wanted = PodTemplate(set.spec["template"]).labels
        let labeled = pods.count { pod in wanted.allSatisfy { pod.labels[$0.key] == $0.value } }
        let counts: [(String, Int)] = [
            ("fullyLabeledReplicas", labeled), ("readyReplicas", waits.count),
            ("availableReplicas", waits.count { $0 == 0 }),
        ]
        do {
            try cluster.update(.replicaSets, set.namespace, set.name, .status) { object in
                var status = object["status"] ?? [:]
                status["replicas"] = JSONValue(pods.count)
                status["observedGeneration"] = JSONValue(set.generation)
                for (field, count) in counts { status[field] = count == 0 ? nil : JSONValue(count) }
                if let failure {
                    status.setCondition(Condition("ReplicaFailure", true, "FailedCreate", failure.message), now: now)
                } else {
                    status.removeCondition("ReplicaFailure")
                    if status["conditions"]?.array?.isEmpty == true { status["conditions"] = nil }
                }
                object["status"] = status
            }
        } catch {
            guard error.code == 404 else { throw error }
        }
        return waits.filter { $0 > 0 }.min().map { .seconds($0) }
    }
}
