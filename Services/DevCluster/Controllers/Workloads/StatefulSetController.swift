import Foundation
import KubernetesClient
import Logging

/// Keeps a StatefulSet's numbered Pods, with their claims: made in order, replaced from the last to the first.
struct StatefulSetController: Sendable {
    private static let revision = "controller-revision-hash"

    let cluster: ClusterState
    let events: EventRecorder

    func controller(logger: Logger) -> Controller {
        Controller(
            name: "statefulset", cluster: cluster,
            watches: [.itself(.statefulSets), .owned(.pods, by: "StatefulSet")], logger: logger, reconcile: reconcile)
    }

    func reconcile(_ name: ObjectName) throws -> Duration? {
        guard let set = cluster.get(.statefulSets, name.namespace, name.name), !set.isBeingDeleted else { return nil }
        let revision = "\(set.name)-\(PodTemplate(set.spec["template"]).hash)"
        try advance(set, revision)
        try updateStatus(set, revision)
        return nil
    }

    private func pods(of set: JSONValue) -> [Int: JSONValue] {
        let owned = cluster.list(.pods, set.namespace).filter { $0.isControlled(by: set) }
        return Dictionary(owned.compactMap { pod in ordinal(pod, in: set).map { ($0, pod) } }) { $1 }
    }

    private func ordinal(_ pod: JSONValue, in set: JSONValue) -> Int? {
        Int(pod.name.dropFirst(set.name.count + 1))
    }

    /// One step towards the wanted Pods; the change of a Pod leads to the next.
    private func advance(_ set: JSONValue, _ revision: String) throws(APIError) {
        let desired = set.spec["replicas"]?.int ?? 1
        let isParallel = set.spec["podManagementPolicy"]?.string == "Parallel"
        let present = pods(of: set)
        for index in 0..<desired {
            guard let pod = present[index] else {
                try create(set, index, revision)
                guard isParallel else { return }
                continue
            }
            if pod.isFinishedPod, !pod.isBeingDeleted { try delete(set, pod) }
            if !isParallel, !pod.isReadyPod || pod.isBeingDeleted { break }
        }
        for (index, pod) in present.sorted(by: { $0.key > $1.key }) where index >= desired {
            if !pod.isBeingDeleted { try delete(set, pod) }
            if !isParallel { return }
        }
        guard set.spec["updateStrategy"]["type"]?.string != "OnDelete" else { return }
        let partition = set.spec["updateStrategy"]["rollingUpdate"]["partition"]?.int ?? 0
        for index in (partition..<max(partition, desired)).reversed() {
            guard let pod = present[index], !pod.isBeingDeleted else { return }
            if pod.labels[Self.revision] != revision { return try delete(set, pod) }
            guard pod.isReadyPod else { return }
        }
    }

    private func create(_ set: JSONValue, _ index: Int, _ revision: String) throws(APIError) {
        let name = "\(set.name)-\(index)"
        var pod = PodTemplate(set.spec["template"]).pod(
            for: set, name: name,
            labels: [
                Self.revision: revision, "statefulset.kubernetes.io/pod-name": name,
                "apps.kubernetes.io/pod-index": String(index),
            ])
        var volumes = pod["spec"]["volumes"]?.array ?? []
        for template in set.spec["volumeClaimTemplates"]?.array ?? [] {
            var claim = template
            claim["apiVersion"] = "v1"
            claim["kind"] = "PersistentVolumeClaim"
            claim["metadata"]["name"] = .string("\(template.name)-\(name)")
            claim["metadata"]["namespace"] = .string(set.namespace ?? "")
            claim["metadata"]["labels"] = set.spec["selector"]["matchLabels"]
            claim["status"] = nil
            try cluster.ensure(.persistentVolumeClaims, claim)
            volumes.removeAll { $0["name"]?.string == template.name }
            volumes.append([
                "name": .string(template.name), "persistentVolumeClaim": ["claimName": .string(claim.name)],
            ])
        }
        if !volumes.isEmpty { pod["spec"]["volumes"] = .array(volumes) }
        pod["spec"]["hostname"] = .string(name)
        pod["spec"]["subdomain"] = set.spec["serviceName"]
        do {
            try cluster.create(.pods, pod)
        } catch {
            events.warning(
                set, "FailedCreate", "create Pod \(name) in StatefulSet \(set.name) failed error: \(error.message)",
                from: "statefulset-controller")
            throw error
        }
        events.normal(
            set, "SuccessfulCreate", "create Pod \(name) in StatefulSet \(set.name) successful",
            from: "statefulset-controller")
    }

    private func delete(_ set: JSONValue, _ pod: JSONValue) throws(APIError) {
        try cluster.delete(.pods, pod.namespace, pod.name, DeleteOptions(uid: pod.uid))
        events.normal(
            set, "SuccessfulDelete", "delete Pod \(pod.name) in StatefulSet \(set.name) successful",
            from: "statefulset-controller")
    }

    private func updateStatus(_ set: JSONValue, _ revision: String) throws(APIError) {
        let pods = pods(of: set).values.filter(\.isActivePod)
        let desired = set.spec["replicas"]?.int ?? 1
        let now = Date()
        let available = pods.count {
            $0.timeUntilAvailable(minReadySeconds: set.spec["minReadySeconds"]?.int ?? 0, now: now) == 0
        }
        let updated = pods.count { $0.labels[Self.revision] == revision }
        try cluster.update(.statefulSets, set.namespace, set.name, .status) { object in
            var status = object["status"] ?? [:]
            let before = status["currentRevision"]?.string ?? revision
            status["observedGeneration"] = JSONValue(set.generation)
            status["replicas"] = JSONValue(pods.count)
            status["readyReplicas"] = JSONValue(pods.count(where: \.isReadyPod))
            status["availableReplicas"] = JSONValue(available)
            status["updatedReplicas"] = JSONValue(updated)
            status["updateRevision"] = .string(revision)
            status["currentRevision"] = .string(updated == pods.count && updated == desired ? revision : before)
            let current = status["currentRevision"]?.string
            status["currentReplicas"] = JSONValue(pods.count { $0.labels[Self.revision] == current })
            status["collisionCount"] = 0
            object["status"] = status
        }
    }
}
