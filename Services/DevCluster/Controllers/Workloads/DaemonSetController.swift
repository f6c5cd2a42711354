import Foundation
import KubernetesClient
import Logging

/// Keeps a DaemonSet's Pod on the one node.
struct DaemonSetController: Sendable {
    private static let revision = "controller-revision-hash"

    let cluster: ClusterState
    let events: EventRecorder

    func controller(logger: Logger) -> Controller {
        Controller(
            name: "daemonset", cluster: cluster,
            watches: [.itself(.daemonSets), .owned(.pods, by: "DaemonSet")], logger: logger, reconcile: reconcile)
    }

    func reconcile(_ name: ObjectName) throws -> Duration? {
        guard let set = cluster.get(.daemonSets, name.namespace, name.name), !set.isBeingDeleted else { return nil }
        let template = PodTemplate(set.spec["template"])
        var pods = cluster.list(.pods, name.namespace).filter { $0.isControlled(by: set) }
        for pod in pods where !pod.isBeingDeleted {
            guard pod.isFinishedPod || pod.labels[Self.revision] != template.hash else { continue }
            try cluster.delete(.pods, pod.namespace, pod.name, DeleteOptions(uid: pod.uid))
        }
        if pods.isEmpty {
            try cluster.create(.pods, template.pod(for: set, labels: [Self.revision: template.hash]))
        }
        pods = cluster.list(.pods, name.namespace).filter { $0.isControlled(by: set) && $0.isActivePod }
        let ready = pods.count(where: \.isReadyPod)
        try cluster.update(.daemonSets, set.namespace, set.name, .status) { object in
            var status = object["status"] ?? [:]
            status["observedGeneration"] = JSONValue(set.generation)
            status["desiredNumberScheduled"] = 1
            status["currentNumberScheduled"] = JSONValue(min(1, pods.count))
            status["updatedNumberScheduled"] = JSONValue(
                pods.count { $0.labels[Self.revision] == template.hash })
            status["numberReady"] = JSONValue(ready)
            status["numberAvailable"] = JSONValue(ready)
            status["numberUnavailable"] = JSONValue(1 - min(1, ready))
            status["numberMisscheduled"] = 0
            object["status"] = status
        }
        return nil
    }
}
