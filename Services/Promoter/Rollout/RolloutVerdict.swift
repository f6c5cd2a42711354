import KubernetesClient
import PreviewDomain

/// What Deployments and their pods say about a rollout.
enum RolloutVerdict: Equatable {
    case progressing
    case complete
    /// It won't succeed by itself. The pod is the one whose log says more, if any.
    case failed(Failure, pod: String?)

    /// Judges a rollout as `kubectl rollout status` does, and finds early what will keep it from ending.
    ///
    /// - Parameters:
    ///   - deployments: the Deployments that are rolled out.
    ///   - pods: the pods of their namespace.
    ///   - version: the version that is to run.
    init(deployments: [KubernetesObject], pods: [KubernetesObject], version: String, cluster: String) {
        var isComplete = !deployments.isEmpty
        for deployment in deployments {
            if let failure = Self.deadlineFailure(deployment, cluster: cluster) {
                self = .failed(failure, pod: nil)
                return
            }
            isComplete = isComplete && Self.isRolledOut(deployment)
        }
        if isComplete {
            self = .complete
            return
        }
        for pod in pods where Self.isNew(pod, of: deployments, version: version) {
            if let failure = Self.podFailure(pod, cluster: cluster) {
                self = .failed(failure, pod: pod.name)
                return
            }
        }
        self = .progressing
    }

    private static func isRolledOut(_ deployment: KubernetesObject) -> Bool {
        let wanted = deployment.spec["replicas"].int ?? 1
        let status = deployment.status
        return (status["observedGeneration"].int ?? 0) >= (deployment.generation ?? 0)
            && (status["updatedReplicas"].int ?? 0) >= wanted && (status["replicas"].int ?? 0) <= wanted
            && (status["availableReplicas"].int ?? 0) >= wanted
    }

    private static func deadlineFailure(_ deployment: KubernetesObject, cluster: String) -> Failure? {
        guard (deployment.status["observedGeneration"].int ?? 0) >= (deployment.generation ?? 0),
            let condition = deployment.status["conditions"].array?.first(where: {
                $0["type"].string == "Progressing" && $0["reason"].string == "ProgressDeadlineExceeded"
            })
        else { return nil }
        return Failure(
            reason: "ProgressDeadlineExceeded",
            message: condition["message"].string ?? "Deployment \(deployment.name) made no progress in time.",
            object: ObjectReference(
                cluster: cluster, apiVersion: "apps/v1", kind: "Deployment", namespace: deployment.namespace,
                name: deployment.name),
            nextStep: "Look at the events of its pods.")
    }

    private static func isNew(_ pod: KubernetesObject, of deployments: [KubernetesObject], version: String) -> Bool {
        deployments.contains { deployment in
            let selector = deployment.spec["selector"]["matchLabels"].strings ?? [:]
            return !selector.isEmpty && selector.allSatisfy { pod.labels[$0.key] == $0.value }
        }
            && (pod.spec["containers"].array ?? []).contains {
                $0["image"].string.map { ImageReference($0).version } == version
            }
    }

    private static func podFailure(_ pod: KubernetesObject, cluster: String) -> Failure? {
        let statuses = (pod.status["initContainerStatuses"].array ?? []) + (pod.status["containerStatuses"].array ?? [])
        for status in statuses {
            let waiting = status["state"]["waiting"]
            guard let reason = waiting["reason"].string else { continue }
            let container = status["name"].string ?? "?"
            let message: String
            switch reason {
            case "ImagePullBackOff", "InvalidImageName", "CreateContainerConfigError":
                message = "Container \(container) can't start: \(waiting["message"].string ?? reason)."
            case "CrashLoopBackOff" where (status["restartCount"].int ?? 0) >= 2:
                let code = status["lastState"]["terminated"]["exitCode"].int ?? -1
                message = "Container \(container) exits again and again, last with code \(code)."
            default: continue
            }
            return Failure(
                reason: reason, message: message,
                object: ObjectReference(
                    cluster: cluster, apiVersion: "v1", kind: "Pod", namespace: pod.namespace, name: pod.name),
                nextStep: "Production was put back; mend the version and preview it again.")
        }
        return nil
    }
}
