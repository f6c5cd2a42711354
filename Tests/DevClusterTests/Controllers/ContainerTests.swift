import Foundation
import KubernetesClient
import Testing

@testable import DevCluster

@Suite(.timeLimit(.minutes(3)), .serialized)
struct ContainerTests {
    private static func pod(_ name: String, _ spec: JSONValue) -> JSONValue {
        var spec = spec
        spec["terminationGracePeriodSeconds"] = 1
        return [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": .string(name), "namespace": "a"], "spec": spec,
        ]
    }

    /// Runs a shell command as a pod's only container to its end, and gives its output.
    private static func output(
        of command: String, in node: RunningNode, _ more: JSONValue = [:], volumes: JSONValue = []
    ) async throws -> String {
        var container = Make.container("tool:1", ["command": ["sh", "-c", .string(command)]])
        for (name, value) in more.object ?? [:] { container[name] = value }
        let pod = Self.pod("tool", ["restartPolicy": "Never", "containers": [container], "volumes": volumes])
        try node.cluster.create(.pods, pod)
        let ended = try await node.wait(.pods, "a", "tool", "it ends") { $0.isFinishedPod }
        try #require(ended.podPhase == "Succeeded", "\(ended.status)")
        return await node.log("a", "tool")
    }

    private static func withNode(_ body: @escaping @Sendable (RunningNode) async throws -> Void) async throws {
        let images = ["tool:1": "#!/bin/sh\nexec sleep 10000\n", "web:1": Programs.server("web")]
        try await RunningNode.run(images: images) { node in
            try node.cluster.create(.namespaces, Make.namespace("a"))
            try await body(node)
        }
    }

    @Test func `names of Services resolve in a pod, short ones in their own namespace only`() async throws {
        try await Self.withNode { node in
            try node.cluster.create(.namespaces, Make.namespace("b"))
            for namespace in ["a", "b"] {
                try node.cluster.create(.services, Make.service("web-\(namespace)", in: namespace, port: ["port": 80]))
            }
            let address = try #require(node.cluster.get(.services, "a", "web-a")?.spec["clusterIP"]?.string)
            let other = try #require(node.cluster.get(.services, "b", "web-b")?.spec["clusterIP"]?.string)
            let names = ["web-a", "web-a.a", "web-a.a.svc", "web-a.a.svc.cluster.local", "web-b.b.svc"]
            let command = (names + ["web-b"]).map {
                "getent ahostsv4 \($0) | head -1 | cut -d' ' -f1 | grep . || echo none"
            }
            // A name is known a moment after its Service is there.
            let known = "until getent hosts web-a && getent hosts web-b.b; do sleep 0.05; done >/dev/null"
            let found = try await Self.output(of: ([known] + command).joined(separator: ";"), in: node)
            let expected = [address, address, address, address, other, "none"]
            #expect(found.split(separator: "\n").map(String.init) == expected)
        }
    }

    @Test func `volumes hold what their objects hold, and a container sees nothing of the machine`() async throws {
        try await Self.withNode { node in
            try node.cluster.create(
                .configMaps,
                [
                    "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "c", "namespace": "a"],
                    "data": ["plain": "one", "other": "two"],
                ])
            try node.cluster.create(
                .secrets,
                [
                    "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s", "namespace": "a"],
                    "data": ["token": .string(SecretValue.encode("hidden"))],
                ])
            let found = try await Self.output(
                of: "cat /config/sub/renamed /secret/token; ls /config; touch /scratch/x && echo written;"
                    + "touch /secret/x 2>/dev/null || echo read-only; id -u; ls /root /work 2>/dev/null; ps -e | wc -l",
                in: node,
                [
                    "volumeMounts": [
                        ["name": "config", "mountPath": "/config"],
                        ["name": "secret", "mountPath": "/secret", "readOnly": true],
                        ["name": "scratch", "mountPath": "/scratch"],
                    ],
                    "securityContext": ["runAsUser": 10001],
                ],
                volumes: [
                    [
                        "name": "config",
                        "configMap": ["name": "c", "items": [["key": "plain", "path": "sub/renamed"]]],
                    ],
                    ["name": "secret", "secret": ["secretName": "s"]], ["name": "scratch", "emptyDir": [:]],
                ])
            let lines = found.split(separator: "\n").map(String.init)
            #expect(
                lines.prefix(4) == ["onehiddensub", "written", "read-only", getuid() == 0 ? "10001" : "\(getuid())"])
            // bubblewrap, sh, ps, wc and the header.
            #expect(lines.count == 5 && (Int(lines[4].trimmingCharacters(in: .whitespaces)) ?? 99) <= 6)
        }
    }

    @Test func `init containers run one after the other before the containers`() async throws {
        try await Self.withNode { node in
            let step = { (name: String, command: String) -> JSONValue in
                [
                    "name": .string(name), "image": "tool:1", "command": ["sh", "-c", .string(command)],
                    "volumeMounts": [["name": "shared", "mountPath": "/shared"]],
                ]
            }
            try node.cluster.create(
                .pods,
                Self.pod(
                    "steps",
                    [
                        "restartPolicy": "Never", "volumes": [["name": "shared", "emptyDir": [:]]],
                        "initContainers": [
                            step("first", "echo 1 >> /shared/log"), step("second", "echo 2 >> /shared/log"),
                        ],
                        "containers": [step("main", "cat /shared/log")],
                    ]))
            let ended = try await node.wait(.pods, "a", "steps", "it ends") { $0.isFinishedPod }
            #expect(ended.podPhase == "Succeeded")
            #expect(await node.log("a", "steps") == "1\n2\n")
            #expect(ended.condition("Initialized")?["status"] == "True")
        }
    }

    @Test func `a program above its memory limit is ended as out of memory`() async throws {
        try await Self.withNode { node in
            let container = Make.container(
                "tool:1",
                [
                    "command": ["python3", "-c", "import time; held = bytearray(200_000_000); time.sleep(1000)"],
                    "resources": ["limits": ["memory": "64Mi"]],
                ])
            try node.cluster.create(.pods, Self.pod("fat", ["restartPolicy": "Never", "containers": [container]]))
            let ended = try await node.wait(.pods, "a", "fat", "it ends") { $0.podPhase == "Failed" }
            let state = ended.status["containerStatuses"][0]["state"]["terminated"]
            #expect(state["reason"] == "OOMKilled")
            #expect(state["exitCode"] == 137)
        }
    }

    @Test func `a failed liveness probe restarts the container, and says so`() async throws {
        try await Self.withNode { node in
            let container = Make.container(
                "tool:1",
                [
                    "livenessProbe": [
                        "exec": ["command": ["sh", "-c", "echo not well; exit 1"]], "periodSeconds": 1,
                        "failureThreshold": 1,
                    ]
                ])
            try node.cluster.create(.pods, Self.pod("ill", ["containers": [container]]))
            try await node.wait(.pods, "a", "ill", "it is restarted") {
                ($0.status["containerStatuses"][0]["restartCount"]?.int ?? 0) >= 1
            }
            let messages = node.cluster.list(.events, "a").compactMap { $0["message"]?.string }
            #expect(messages.contains("Container main failed liveness probe, will be restarted"))
            #expect(messages.contains { $0.hasPrefix("Liveness probe failed: not well") })
        }
    }

    @Test func `a pod that asks for more than the node has waits, and says why`() async throws {
        try await Self.withNode { node in
            let container = Make.container("tool:1", ["resources": ["requests": ["cpu": "1000"]]])
            try node.cluster.create(.pods, Self.pod("greedy", ["containers": [container]]))
            let waiting = try await node.wait(.pods, "a", "greedy", "it is not scheduled") {
                $0.condition("PodScheduled")?["reason"]?.string == "Unschedulable"
            }
            #expect(
                waiting.condition("PodScheduled")?["message"] == "0/1 nodes are available: 1 Insufficient cpu.")
            #expect(waiting.podPhase == "Pending")
        }
    }

    @Test func `a Deployment that exceeds its quota shows the refusal`() async throws {
        try await Self.withNode { node in
            try node.cluster.create(
                Resource("", "resourcequotas"),
                [
                    "apiVersion": "v1", "kind": "ResourceQuota", "metadata": ["name": "q", "namespace": "a"],
                    "spec": ["hard": ["pods": "1"]],
                ])
            try node.cluster.create(
                .deployments, Make.deployment("many", in: "a", container: Make.container("tool:1"), replicas: 2))
            let refused = try await node.wait(.deployments, "a", "many", "the refusal is shown") {
                $0.condition("ReplicaFailure")?["status"]?.string == "True"
            }
            #expect(refused.condition("ReplicaFailure")?["reason"] == "FailedCreate")
            #expect(refused.condition("ReplicaFailure")?["message"]?.string?.contains("exceeded quota: q") == true)
            try node.cluster.delete(Resource("", "resourcequotas"), "a", "q")
            try await node.wait(.deployments, "a", "many", "it is complete") {
                $0.status["availableReplicas"] == 2 && $0.condition("ReplicaFailure") == nil
            }
        }
    }

    @Test func `the pods of a StatefulSet come in order, with names and claims of their own`() async throws {
        try await Self.withNode { node in
            try node.cluster.create(
                .services,
                [
                    "apiVersion": "v1", "kind": "Service", "metadata": ["name": "set", "namespace": "a"],
                    "spec": ["clusterIP": "None", "selector": ["app": "set"], "ports": [["port": 80]]],
                ])
            try node.cluster.create(
                .statefulSets,
                [
                    "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": ["name": "set", "namespace": "a"],
                    "spec": [
                        "replicas": 2, "serviceName": "set", "selector": ["matchLabels": ["app": "set"]],
                        "template": [
                            "metadata": ["labels": ["app": "set"]],
                            "spec": ["terminationGracePeriodSeconds": 1, "containers": [Make.container("tool:1")]],
                        ],
                        "volumeClaimTemplates": [
                            [
                                "metadata": ["name": "data"],
                                "spec": [
                                    "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]],
                                ],
                            ]
                        ],
                    ],
                ])
            let set = try await node.wait(.statefulSets, "a", "set", "both are ready") {
                $0.status["readyReplicas"] == 2 && $0.status["updatedReplicas"] == 2
            }
            #expect(set.status["currentRevision"] == set.status["updateRevision"])
            try await node.wait(.persistentVolumeClaims, "a", "data-set-1", "its claim is bound") {
                $0.status["phase"] == "Bound"
            }
            let address = try #require(node.cluster.get(.pods, "a", "set-1")?.status["podIP"]?.string)
            let found = try await Self.output(
                of: "until getent hosts set-1.set.a.svc >/dev/null; do sleep 0.05; done;"
                    + "getent ahostsv4 set-1.set.a.svc | head -1 | cut -d' ' -f1", in: node)
            #expect(found == address + "\n")
        }
    }
}
