import Foundation
import KubernetesClient

@testable import Provisioner

/// What a cluster shows when a rule applies: in the words that kubelets, runtimes, schedulers and controllers write.
struct RuleCase: Sendable, CustomStringConvertible {
    /// The rule that is to speak.
    var rule: String
    /// What its sentence must contain.
    var says: [String]
    var severity: ProblemSeverity
    /// Why this case differs from others of the rule.
    var note = ""
    var observation: ServiceObservation
    var reason: String?
    /// What the container wrote.
    var log: [String] = []

    var description: String { note.isEmpty ? rule : "\(rule): \(note)" }

    static let now = Date(timeIntervalSince1970: 1_800_000_000)

    static func ago(_ seconds: Double) -> JSONValue { .string(Timestamp.format(now.addingTimeInterval(-seconds))) }

    static func deployment(ready: Int = 0, conditions: [JSONValue] = []) -> JSONValue {
        [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": "orders", "generation": 2, "creationTimestamp": ago(60)],
            "spec": [
                "replicas": 1,
                "template": [
                    "metadata": ["labels": ["app": "orders"]],
                    "spec": ["containers": [["name": "orders", "ports": [["name": "web", "containerPort": 8080]]]]],
                ],
            ],
            "status": [
                "observedGeneration": 2, "updatedReplicas": 1, "replicas": 1, "readyReplicas": JSONValue(ready),
                "conditions": .array(conditions),
            ],
        ]
    }

    static let assigned: JSONValue = ["type": "PodScheduled", "status": "True"]

    /// A pod, by default on a node.
    static func pod(
        _ status: JSONValue, age: Double = 61, specification: JSONValue = [:], conditions: [JSONValue] = [assigned]
    ) -> JSONValue {
        var pod: JSONValue = [
            "metadata": ["name": "orders-1", "creationTimestamp": ago(age), "labels": ["app": "orders"]],
            "spec": ["nodeName": "node-1", "containers": [["name": "orders", "image": "shop/orders:9"]]],
        ]
        for (key, value) in specification.object ?? [:] { pod["spec"][key] = value }
        pod["status"] = status
        pod["status"]["conditions"] = .array(conditions)
        return pod
    }

    /// A container's status; the container is called orders.
    static func container(_ status: JSONValue) -> JSONValue {
        var status = status
        status["name"] = "orders"
        if status["ready"] == nil { status["ready"] = false }
        return ["phase": "Pending", "containerStatuses": [status]]
    }

    static func waiting(_ reason: String, _ message: String? = nil) -> JSONValue {
        var waiting: JSONValue = ["reason": .string(reason)]
        waiting["message"] = message.map { .string($0) }
        return container(["state": ["waiting": waiting]])
    }

    static func crashed(_ code: Int, _ reason: String = "Error", restarts: Int = 1, message: String? = nil) -> JSONValue
    {
        var ended: JSONValue = [
            "exitCode": JSONValue(code), "reason": .string(reason), "startedAt": ago(30), "finishedAt": ago(20),
        ]
        ended["message"] = message.map { .string($0) }
        return container([
            "restartCount": JSONValue(restarts), "lastState": ["terminated": ended],
            "state": [
                "waiting": [
                    "reason": "CrashLoopBackOff",
                    "message": "back-off 20s restarting failed container=orders pod=orders-1",
                ]
            ],
        ])
    }

    static func running(_ seconds: Double = 30) -> JSONValue {
        container(["started": true, "state": ["running": ["startedAt": ago(seconds)]]])
    }

    static func event(
        _ reason: String, _ message: String, about kind: String = "Pod", _ name: String = "orders-1",
        path: String? = nil, since: Double = 70, age: Double = 5
    ) -> [ClusterEvent] {
        var about: JSONValue = ["kind": .string(kind), "name": .string(name)]
        about["fieldPath"] = path.map { .string($0) }
        let object = KubernetesObject([
            "involvedObject": about, "reason": .string(reason), "message": .string(message),
            "firstTimestamp": ago(max(since, age)), "lastTimestamp": ago(age), "type": "Warning", "count": 3,
        ])
        return ClusterEvent(object).map { [$0] } ?? []
    }

    /// A case of one pod.
    static func of(
        _ rule: String, _ severity: ProblemSeverity, _ pod: JSONValue, events: [[ClusterEvent]] = [],
        claims: [JSONValue] = [], says: String..., note: String = "", reason: String? = nil, log: [String] = []
    ) -> RuleCase {
        RuleCase(
            rule: rule, says: says, severity: severity, note: note,
            observation: ServiceObservation(
                workloads: [deployment()], pods: [pod], events: events.flatMap { $0 }, claims: claims),
            reason: reason, log: log)
    }

    /// A case of a Deployment that gets no pod.
    static func refused(_ rule: String, _ message: String, says: String..., severity: ProblemSeverity = .final)
        -> RuleCase
    {
        let condition: JSONValue = [
            "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": .string(message),
            "lastTransitionTime": ago(40),
        ]
        return RuleCase(
            rule: rule, says: says, severity: severity,
            observation: ServiceObservation(workloads: [deployment(conditions: [condition])], pods: []),
            reason: "FailedCreate")
    }

    /// A case of a pod that no node takes.
    static func unplaced(_ rule: String, _ message: String, says: String..., note: String = "") -> RuleCase {
        let condition: JSONValue = [
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": .string(message),
        ]
        let pod = pod(["phase": "Pending"], specification: ["nodeName": ""], conditions: [condition])
        return RuleCase(
            rule: rule, says: says, severity: .final, note: note,
            observation: ServiceObservation(workloads: [deployment()], pods: [pod]), reason: "Unschedulable")
    }

    /// A case of a pod whose image does not come.
    static func unpulled(
        _ rule: String, _ message: String, _ severity: ProblemSeverity = .final, says: String = "shop/orders:9",
        note: String = ""
    ) -> RuleCase {
        of(
            rule, severity, pod(waiting("ErrImagePull", message)), says: says, "(", note: note, reason: "ErrImagePull")
    }
}
