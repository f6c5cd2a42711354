import Foundation
import KubernetesClient
import PreviewDomain

/// Gives a service that has stopped trying another try.
struct ServiceRestart: Sendable {
    let access: ClusterAccess

    /// When a workload was restarted last.
    static let annotation = "understudy.dev/restarted-at"

    /// Takes pods away that will not get better, so that their workloads make new ones; rolls out anew what has passed
    /// its deadline. Returns whether there was anything to do.
    func restart(_ key: ServiceKey) async throws -> Bool {
        let observation = try await access.observation(of: key)
        let diagnosis = Diagnosis()
        var isRestarted = false
        for workload in observation.workloads where WorkloadState(workload).deadlineExceeded != nil {
            let change: JSONValue = [
                "spec": [
                    "template": ["metadata": ["annotations": [Self.annotation: .string(Timestamp.format(Date()))]]]
                ]
            ]
            _ = try await access.client.patch(
                .deployments, name: workload["metadata"]["name"].string ?? "", namespace: key.namespace, .merge(change))
            isRestarted = true
        }
        for pod in observation.pods where diagnosis.problem(of: pod, now: Date())?.severity == .final {
            let object = KubernetesObject(pod)
            try await access.client.delete(
                .pods, name: object.name, namespace: key.namespace, preconditions: Preconditions(uid: object.uid))
            isRestarted = true
        }
        return isRestarted
    }
}

extension ClusterAccess {
    /// What the cluster shows of a service now, read without a watch.
    func observation(of key: ServiceKey) async throws -> ServiceObservation {
        let labels: LabelSelector = "\(PreviewLabels.preview),\(PreviewLabels.service)=\(key.service)"
        async let pods = client.list(.pods, namespace: key.namespace, labels: labels)
        var workloads: [JSONValue] = []
        for type in ServiceIndex.workloadTypes {
            workloads += try await client.list(type, namespace: key.namespace, labels: labels).items.map(\.value)
        }
        return ServiceObservation(workloads: workloads, pods: try await pods.items.map(\.value))
    }
}
