import Foundation
import KubernetesClient
import Logging

/// Keeps a HorizontalPodAutoscaler's target between its bounds. There are no metrics here, and its conditions say so.
struct AutoscalerController: Sendable {
    let cluster: ClusterState

    func controller(logger: Logger) -> Controller {
        Controller(
            name: "horizontal-pod-autoscaler", cluster: cluster, watches: [.itself(.autoscalers)], logger: logger,
            reconcile: reconcile)
    }

    func reconcile(_ name: ObjectName) throws -> Duration? {
        guard let scaler = cluster.get(.autoscalers, name.namespace, name.name), !scaler.isBeingDeleted else {
            return nil
        }
        let reference = scaler.spec["scaleTargetRef"]
        let resources: [String: Resource] = [
            "Deployment": .deployments, "StatefulSet": .statefulSets, "ReplicaSet": .replicaSets,
        ]
        let target = resources[reference["kind"]?.string ?? ""].flatMap { resource in
            cluster.get(resource, name.namespace, reference["name"]?.string ?? "").map { (resource, $0) }
        }
        let present = target?.1.spec["replicas"]?.int ?? 0
        let least = scaler.spec["minReplicas"]?.int ?? 1
        let wanted = present == 0 ? 0 : min(max(present, least), scaler.spec["maxReplicas"]?.int ?? least)
        if let (resource, object) = target, wanted != present {
            try cluster.update(resource, object.namespace, object.name) { $0["spec"]["replicas"] = JSONValue(wanted) }
        }
        try cluster.update(.autoscalers, name.namespace, name.name, .status) { object in
            var status = object["status"] ?? [:]
            status["observedGeneration"] = JSONValue(scaler.generation)
            status["currentReplicas"] = JSONValue(present)
            status["desiredReplicas"] = JSONValue(wanted)
            status.setCondition(
                target == nil
                    ? Condition("AbleToScale", false, "FailedGetScale", "the scale target does not exist")
                    : Condition("AbleToScale", true, "SucceededGetScale", "the scale target can be scaled"))
            status.setCondition(
                Condition(
                    "ScalingActive", false, "FailedGetResourceMetric",
                    "this cluster has no metrics; the target is only kept between minReplicas and maxReplicas"))
            object["status"] = status
        }
        return target == nil ? .seconds(2) : .seconds(15)
    }
}
