import KubernetesClient
import PreviewDomain
import Testing

@testable import Promoter

@Suite struct RolloutVerdictTests {
    private func deployment(
        generation: Int = 2, observed: Int = 2, updated: Int = 2, total: Int = 2, available: Int = 2,
        conditions: JSONValue = .array([])
    ) -> KubernetesObject {
        KubernetesObject([
            "metadata": ["name": "orders", "namespace": "shop", "generation": JSONValue(generation)],
            "spec": ["replicas": 2, "selector": ["matchLabels": ["app": "orders"]]],
            "status": [
                "observedGeneration": JSONValue(observed), "updatedReplicas": JSONValue(updated),
                "replicas": JSONValue(total), "availableReplicas": JSONValue(available), "conditions": conditions,
            ],
        ])
    }

    private func pod(version: String, waiting: String, restarts: Int = 0) -> KubernetesObject {
        KubernetesObject([
            "metadata": ["name": "orders-1", "namespace": "shop", "labels": ["app": "orders"]],
            "spec": ["containers": [["name": "app", "image": .string("shop/orders:\(version)")]]],
            "status": [
                "containerStatuses": [
                    [
                        "name": "app", "restartCount": JSONValue(restarts),
                        "state": ["waiting": ["reason": .string(waiting), "message": "not found"]],
                        "lastState": ["terminated": ["exitCode": 3]],
                    ]
                ]
            ],
        ])
    }

    private func verdict(_ deployments: [KubernetesObject], _ pods: [KubernetesObject] = []) -> RolloutVerdict {
        RolloutVerdict(deployments: deployments, pods: pods, version: "1.5.0", cluster: "local")
    }

    @Test func `a rollout is complete when all replicas are updated, available and alone`() {
        #expect(verdict([deployment()]) == .complete)
    }

    @Test func `until then it goes on`() {
        let others = [
            deployment(generation: 3), deployment(updated: 1), deployment(total: 3), deployment(available: 1),
        ]
        for other in others { #expect(verdict([other]) == .progressing) }
        #expect(verdict([]) == .progressing)
    }

    @Test(arguments: [("ImagePullBackOff", 0), ("CreateContainerConfigError", 0), ("CrashLoopBackOff", 2)])
    func `a new pod that can't run fails the rollout at once`(reason: String, restarts: Int) throws {
        let result = verdict(
            [deployment(available: 1)], [pod(version: "1.5.0", waiting: reason, restarts: restarts)])
        guard case .failed(let failure, let pod) = result else {
            Issue.record("expected a failure, got \(result)")
            return
        }
        #expect(failure.reason == reason)
        #expect(failure.object?.name == "orders-1")
        #expect(pod == "orders-1")
    }

    @Test func `a pod that may still come up, or is of the old version, does not`() {
        let pods = [
            pod(version: "1.5.0", waiting: "ContainerCreating"), pod(version: "1.5.0", waiting: "ErrImagePull"),
            pod(version: "1.5.0", waiting: "CrashLoopBackOff", restarts: 1),
            pod(version: "1.4.0", waiting: "ImagePullBackOff"),
        ]
        #expect(verdict([deployment(available: 1)], pods) == .progressing)
    }

    @Test func `a passed progress deadline fails it`() {
        let conditions: JSONValue = [
            ["type": "Progressing", "reason": "ProgressDeadlineExceeded", "message": "has timed out progressing."]
        ]
        guard case .failed(let failure, nil) = verdict([deployment(available: 1, conditions: conditions)]) else {
            Issue.record("expected a failure")
            return
        }
        #expect(failure.message == "has timed out progressing.")
    }
}
