import Foundation
import KubernetesClient
import Testing

@testable import Provisioner

struct DiagnosisTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)
    private let diagnosis = Diagnosis()

    private func deployment(
        desired: Int = 1, updated: Int = 1, ready: Int = 0, all: Int? = nil, generation: Int = 2, observed: Int = 2,
        conditions: [JSONValue] = []
    ) -> JSONValue {
        [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": "orders", "generation": JSONValue(generation)],
            "spec": ["replicas": JSONValue(desired)],
            "status": [
                "observedGeneration": JSONValue(observed), "updatedReplicas": JSONValue(updated),
                "readyReplicas": JSONValue(ready), "replicas": JSONValue(all ?? updated),
                "conditions": .array(conditions),
            ],
        ]
    }

    private func pod(_ container: JSONValue, age: Double = 60, conditions: [JSONValue] = []) -> JSONValue {
        var container = container
        container["name"] = "orders"
        return [
            "metadata": [
                "name": "orders-1",
                "creationTimestamp": .string(Timestamp.format(now.addingTimeInterval(-age))),
            ],
            "status": ["containerStatuses": [container], "conditions": .array(conditions)],
        ]
    }

    private func verdict(_ workload: JSONValue, _ pods: [JSONValue] = []) -> HealthVerdict? {
        diagnosis.verdict(on: ServiceObservation(workloads: [workload], pods: pods), now: now)
    }

    private func problem(_ verdict: HealthVerdict?) -> (isFinal: Bool, problem: HealthProblem)? {
        switch verdict {
        case .failed(let problem): (true, problem)
        case .unhealthy(let problem): (false, problem)
        default: nil
        }
    }

    @Test func `a service without workloads has no health`() {
        #expect(diagnosis.verdict(on: ServiceObservation(workloads: [], pods: []), now: now) == nil)
    }

    @Test func `healthy means every replica of the newest version, and none of an older one`() {
        #expect(verdict(deployment(desired: 2, updated: 2, ready: 2)) == .healthy(readyReplicas: 2))
        #expect(verdict(deployment(updated: 1, ready: 1, all: 2)) == .deploying("1 of 1 replicas are ready"))
        #expect(verdict(deployment(ready: 1, generation: 3)) == .deploying("1 of 1 replicas are ready"))
        #expect(verdict(deployment(desired: 2, updated: 2, ready: 1)) == .deploying("1 of 2 replicas are ready"))
    }

    @Test(arguments: [
        ("ErrImagePull", 1.0, false), ("ErrImagePull", 5.0, true), ("ImagePullBackOff", 1.0, true),
        ("InvalidImageName", 0.0, true), ("CreateContainerConfigError", 1.0, false),
        ("CreateContainerConfigError", 5.0, true),
    ])
    func `a container that cannot start is failed when it will not start`(reason: String, age: Double, isFinal: Bool)
        throws
    {
        let status: JSONValue = [
            "image": "shop/orders:9", "ready": false,
            "state": ["waiting": ["reason": .string(reason), "message": "no such thing"]],
        ]
        let found = try #require(problem(verdict(deployment(), [pod(status, age: age)])))
        #expect(found.isFinal == isFinal)
        #expect(found.problem.reason == reason)
        #expect(found.problem.message.contains("no such thing"))
        #expect(!found.problem.nextStep.isEmpty)
    }

    @Test(arguments: [(0, false, "ContainerExited"), (2, false, "CrashLoopBackOff"), (3, true, "CrashLoopBackOff")])
    func `a container that keeps ending is failed after some restarts`(restarts: Int, isFinal: Bool, reason: String)
        throws
    {
        let status: JSONValue = [
            "ready": false, "restartCount": JSONValue(restarts),
            "state": restarts == 0
                ? ["terminated": ["exitCode": 7, "reason": "Error"]] : ["waiting": ["reason": "CrashLoopBackOff"]],
            "lastState": ["terminated": ["exitCode": 7, "reason": "Error"]],
        ]
        let found = try #require(problem(verdict(deployment(), [pod(status)])))
        #expect(found.isFinal == isFinal)
        #expect(found.problem.reason == reason)
        #expect(found.problem.message.contains("exit code 7"))
        #expect(found.problem.container == "orders")
    }

    @Test func `running out of memory is said`() throws {
        let status: JSONValue = [
            "ready": false, "restartCount": 4, "state": ["waiting": ["reason": "CrashLoopBackOff"]],
            "lastState": ["terminated": ["exitCode": 137, "reason": "OOMKilled"]],
        ]
        let found = try #require(problem(verdict(deployment(), [pod(status)])))
        #expect(found.isFinal && found.problem.reason == "OOMKilled" && found.problem.nextStep.contains("memory"))
    }

    @Test func `a pod that runs without being ready is waited for, then unhealthy`() throws {
        func status(_ seconds: Double) -> JSONValue {
            [
                "ready": false,
                "state": ["running": ["startedAt": .string(Timestamp.format(now.addingTimeInterval(-seconds)))]],
            ]
        }
        #expect(verdict(deployment(), [pod(status(2))]) == .deploying("0 of 1 replicas are ready"))
        let found = try #require(problem(verdict(deployment(), [pod(status(30))])))
        #expect(!found.isFinal && found.problem.reason == "NotReady")
        let progressed: JSONValue = ["type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"]
        let after = try #require(problem(verdict(deployment(conditions: [progressed]), [pod(status(2))])))
        #expect(!after.isFinal, "what was up once and is not any more is unhealthy at once")
    }

    @Test func `a rollout past its deadline has failed, for the reason that its pod gives`() throws {
        let overdue: JSONValue = ["type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"]
        let running: JSONValue = ["ready": false, "state": ["running": ["startedAt": .string(Timestamp.format(now))]]]
        let found = try #require(problem(verdict(deployment(conditions: [overdue]), [pod(running)])))
        #expect(found.isFinal && found.problem.message.contains("readiness probe"))
    }

    @Test(arguments: [(5.0, false), (60.0, true)])
    func `pods that quota refuses are named with the quota's words`(age: Double, isFinal: Bool) throws {
        let refused: JSONValue = [
            "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate",
            "message": "pods is forbidden: exceeded quota: understudy",
            "lastTransitionTime": .string(Timestamp.format(now.addingTimeInterval(-age))),
        ]
        let found = try #require(problem(verdict(deployment(updated: 0, conditions: [refused]))))
        #expect(found.isFinal == isFinal)
        #expect(found.problem.message.contains("exceeded quota: understudy"))
        #expect(found.problem.object.kind == "Deployment")
    }

    @Test(arguments: [(5.0, false), (60.0, true)])
    func `a pod that fits nowhere says why`(age: Double, isFinal: Bool) throws {
        let condition: JSONValue = [
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes: no CPU",
        ]
        var pod = pod([:], age: age, conditions: [condition])
        pod["status"]["containerStatuses"] = nil
        let found = try #require(problem(verdict(deployment(), [pod])))
        #expect(found.isFinal == isFinal && found.problem.message.contains("no CPU"))
    }

    @Test func `pods of the version before do not count`() throws {
        let broken: JSONValue = ["ready": false, "state": ["waiting": ["reason": "ImagePullBackOff"]]]
        var old = pod(broken)
        old["metadata"]["labels"] = ["understudy.dev/generation": "1"]
        var workload = deployment()
        workload["spec"]["template"]["metadata"]["labels"] = ["understudy.dev/generation": "2"]
        #expect(verdict(workload, [old]) == .deploying("0 of 1 replicas are ready"))
    }

    @Test func `init containers that did their work are no problem`() {
        var pod = pod(["ready": true, "state": ["running": [:]]])
        pod["status"]["initContainerStatuses"] = [
            ["name": "wait", "ready": true, "state": ["terminated": ["exitCode": 0]]]
        ]
        #expect(diagnosis.problem(of: pod, now: now) == nil)
    }
}
