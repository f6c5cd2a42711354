import KubernetesClient
import Logging

/// Assigns pods to the one node, as long as their requests fit.
struct Scheduler: Sendable {
    let cluster: ClusterState
    let events: EventRecorder
    let node: String

    func controller(logger: Logger) -> Controller {
        Controller(
            name: "scheduler", cluster: cluster,
            watches: [
                Controller.Watch(resource: .pods) { pod in
                    // A pod that ends may make room for those that wait.
                    pod.isActivePod ? [ObjectName(pod)] : waiting
                }
            ], workers: 1, logger: logger, reconcile: reconcile)
    }

    func reconcile(_ name: ObjectName) throws -> Duration? {
        guard let pod = cluster.get(.pods, name.namespace, name.name), pod.isActivePod, !isAssigned(pod),
            (pod.spec["schedulingGates"]?.array ?? []).isEmpty
        else { return nil }
        guard let object = cluster.get(.nodes, nil, node) else { return .milliseconds(100) }
        if let problem = obstacle(for: pod, on: object) {
            try report(problem, pod)
            return .seconds(5)
        }
        try cluster.update(.pods, name.namespace, name.name) { pod in
            if !isAssigned(pod) { pod["spec"]["nodeName"] = .string(node) }
        }
        events.normal(pod, "Scheduled", "Successfully assigned \(name) to \(node)", from: "default-scheduler")
        return nil
    }

    private var waiting: [ObjectName] {
        cluster.list(.pods).filter { $0.isActivePod && !isAssigned($0) }.map { ObjectName($0) }
    }

    private func isAssigned(_ pod: JSONValue) -> Bool { !(pod.spec["nodeName"]?.string ?? "").isEmpty }

    private func obstacle(for pod: JSONValue, on node: JSONValue) -> String? {
        if node.spec["unschedulable"]?.bool == true { return "1 node(s) were unschedulable" }
        let selector = pod.spec["nodeSelector"]?.strings ?? [:]
        if !PodSelector(labels: selector).matches(node.labels) {
            return "1 node(s) didn't match Pod's node affinity/selector"
        }
        let wanted = Self.requests(of: pod)
        for (resource, amount) in wanted where amount > 0 {
            let capacity = Quantity.parse(node.status["allocatable"][resource]) ?? 0
            if amount > capacity { return "1 Insufficient \(resource)" }
        }
        // Only counted when the machine's promises could be used up at all.
        guard wanted.values.contains(where: { $0 > 0 }) else { return nil }
        var used: [String: Double] = [:]
        for other in cluster.list(.pods) where isAssigned(other) && !other.isFinishedPod {
            used.merge(Self.requests(of: other)) { $0 + $1 }
        }
        for (resource, amount) in wanted where amount > 0 {
            let capacity = Quantity.parse(node.status["allocatable"][resource]) ?? 0
            if used[resource, default: 0] + amount > capacity { return "1 Insufficient \(resource)" }
        }
        return nil
    }

    /// What a pod's containers ask for together.
    private static func requests(of pod: JSONValue) -> [String: Double] {
        var sum: [String: Double] = [:]
        for container in pod.spec["containers"]?.array ?? [] {
            for resource in ["cpu", "memory"] {
                sum[resource, default: 0] += Quantity.parse(container["resources"]["requests"][resource]) ?? 0
            }
        }
        return sum
    }

    private func report(_ problem: String, _ pod: JSONValue) throws(APIError) {
        let message = "0/1 nodes are available: \(problem)."
        events.warning(pod, "FailedScheduling", message, from: "default-scheduler")
        try cluster.update(.pods, pod.namespace, pod.name, .status) { object in
            var status = object["status"] ?? [:]
            status["phase"] = "Pending"
            status.setCondition(Condition("PodScheduled", false, "Unschedulable", message))
            object["status"] = status
        }
    }
}
