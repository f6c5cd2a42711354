import Foundation
import KubernetesClient
import Testing

@testable import DevCluster

@Suite(.timeLimit(.minutes(3)), .serialized)
struct WorkloadTests {
    private static let http: JSONValue = [
        "ports": [["name": "http", "containerPort": 8080]],
        "env": [["name": "WHO", "value": "world"], ["name": "GREETING", "value": "hello-$(WHO)"]],
        "readinessProbe": ["httpGet": ["path": "/", "port": "http"], "periodSeconds": 1],
    ]

    @Test func `a Deployment becomes a process that answers behind its Service, and rolls over to a new version`()
        async throws
    {
        let images = ["shop/web:1": Programs.server("one"), "shop/web:2": Programs.server("two")]
        try await RunningNode.run(images: images) { node in
            try node.cluster.create(.namespaces, Make.namespace("a"))
            try node.cluster.create(
                .services, Make.service("web", in: "a", port: ["port": 80, "targetPort": "http"]))
            let began = ContinuousClock.now
            try node.cluster.create(
                .deployments,
                Make.deployment("web", in: "a", container: Make.container("registry.test/shop/web:1", Self.http)))
            let ready = try await node.wait(.deployments, "a", "web", "it becomes available") {
                $0.status["availableReplicas"]?.int == 1 && $0.status["observedGeneration"]?.int == $0.generation
            }
            print("ready after", ContinuousClock.now - began)
            #expect(ready.condition("Available")?["status"] == "True")
            #expect(ready.condition("Progressing")?["reason"] == "NewReplicaSetAvailable")
            #expect(ready.annotations[DeploymentController.revision] == "1")
            let address = try #require(node.cluster.get(.services, "a", "web")?.spec["clusterIP"]?.string)
            #expect(address.hasPrefix("127."))
            let first = try await node.poll("the Service answers") { try await node.fetch("http://\(address)/") }
            #expect(first.hasPrefix("one hello-world"))

            try node.cluster.update(.deployments, "a", "web") {
                $0["spec"]["template"]["spec"]["containers"][0]["image"] = "shop/web:2"
            }
            try await node.wait(.deployments, "a", "web", "the new version is complete") {
                $0.status["updatedReplicas"]?.int == 1 && $0.status["replicas"]?.int == 1
                    && $0.status["availableReplicas"]?.int == 1
                    && $0.status["observedGeneration"]?.int == $0.generation
                    && $0.annotations[DeploymentController.revision] == "2"
            }
            let second = try await node.poll("the new version answers") { () -> String? in
                let answer = try await node.fetch("http://\(address)/")
                return answer?.hasPrefix("two") == true ? answer : nil
            }
            #expect(second.hasPrefix("two"))
            let pod = try #require(node.pods("a", ["app": "web"]).first { $0.isActivePod })
            var log = ""
            for await part in node.controllers.logs.logs(
                namespace: "a", pod: pod.name, container: nil, tailLines: nil, previous: false, follow: false,
                sinceSeconds: nil, timestamps: false)
            { log += String(decoding: part, as: UTF8.self) }
            #expect(log.hasPrefix("two listens\n"))

            try node.cluster.delete(.namespaces, nil, "a")
            try await node.waitUntilGone(.namespaces, nil, "a")
            #expect(node.processes() == [])
            #expect(try await node.fetch("http://\(address)/") == nil)
        }
    }

    @Test func `a crashing program is restarted with growing delays, and its last output is kept`() async throws {
        let images = ["crash:latest": "#!/bin/sh\necho run; exit 3\n"]
        try await RunningNode.run(images: images) { node in
            try node.cluster.create(.namespaces, Make.namespace("a"))
            try node.cluster.create(
                .deployments, Make.deployment("crash", in: "a", container: Make.container("crash")))
            let pod = try await node.poll("a pod exists") { node.pods("a").first }
            let crashed = try await node.wait(.pods, "a", pod.name, "it backs off") {
                let state = $0.status["containerStatuses"][0]
                return state["state"]["waiting"]["reason"]?.string == "CrashLoopBackOff"
                    && (state["restartCount"]?.int ?? 0) >= 1
            }
            let last = crashed.status["containerStatuses"][0]["lastState"]["terminated"]
            #expect(last["exitCode"] == 3)
            #expect(last["reason"] == "Error")
            #expect(!crashed.isReadyPod)
            #expect(node.cluster.list(.events, "a").contains { $0["reason"] == "BackOff" })
        }
    }

    @Test func `a missing image is reported as Kubernetes reports it, and its appearance is noticed`() async throws {
        try await RunningNode.run { node in
            try node.cluster.create(.namespaces, Make.namespace("a"))
            try node.cluster.create(
                .deployments, Make.deployment("web", in: "a", container: Make.container("shop/none:9")))
            let pod = try await node.poll("a pod exists") { node.pods("a").first }
            let waiting = try await node.wait(.pods, "a", pod.name, "it backs off") {
                $0.status["containerStatuses"][0]["state"]["waiting"]["reason"]?.string == "ImagePullBackOff"
            }
            let message = waiting.status["containerStatuses"][0]["state"]["waiting"]["message"]?.string
            #expect(message?.hasPrefix("Back-off pulling image \"shop/none:9\"") == true)
            #expect(node.cluster.list(.events, "a").contains { $0["message"] == "Error: ErrImagePull" })
            let place = "\(node.directory)/images/shop/none/9"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            try "#!/bin/sh\nexec sleep 1000\n".write(toFile: "\(place)/run", atomically: true, encoding: .utf8)
            chmod("\(place)/run", 0o755)
            try await node.wait(.pods, "a", pod.name, "it runs") { $0.isReadyPod }
        }
    }

    @Test func `a missing key of a secret keeps a container from being made, until it is there`() async throws {
        let images = ["sleep:latest": "#!/bin/sh\necho \"$TOKEN $POD\"; exec sleep 1000\n"]
        try await RunningNode.run(images: images) { node in
            try node.cluster.create(.namespaces, Make.namespace("a"))
            try node.cluster.create(
                .secrets,
                ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s", "namespace": "a"], "data": [:]])
            let container = Make.container(
                "sleep",
                [
                    "env": [
                        ["name": "TOKEN", "valueFrom": ["secretKeyRef": ["name": "s", "key": "token"]]],
                        ["name": "POD", "valueFrom": ["fieldRef": ["fieldPath": "metadata.name"]]],
                    ]
                ])
            try node.cluster.create(.deployments, Make.deployment("web", in: "a", container: container))
            let pod = try await node.poll("a pod exists") { node.pods("a").first }
            try await node.wait(.pods, "a", pod.name, "it waits for the key") {
                let waiting = $0.status["containerStatuses"][0]["state"]["waiting"]
                return waiting["reason"]?.string == "CreateContainerConfigError"
                    && waiting["message"]?.string == "couldn't find key token in Secret a/s"
            }
            try node.cluster.update(.secrets, "a", "s") {
                $0["data"] = ["token": .string(SecretValue.encode("open"))]
            }
            try await node.wait(.pods, "a", pod.name, "it runs") { $0.isReadyPod }
            let log = try await node.poll("it writes") { () -> String? in
                var text = ""
                for await part in node.controllers.logs.logs(
                    namespace: "a", pod: pod.name, container: "main", tailLines: 1, previous: false, follow: false,
                    sinceSeconds: nil, timestamps: false)
                { text += String(decoding: part, as: UTF8.self) }
                return text.isEmpty ? nil : text
            }
            #expect(log == "open \(pod.name)\n")
        }
    }

    @Test(arguments: [("exit 0", "Complete"), ("exit 1", "Failed")])
    func `a Job ends as its program does`(program: String, condition: String) async throws {
        try await RunningNode.run(images: ["job:1": "#!/bin/sh\n\(program)\n"]) { node in
            try node.cluster.create(.namespaces, Make.namespace("a"))
            try node.cluster.create(
                .jobs, Make.job("work", in: "a", container: Make.container("job:1"), ["backoffLimit": 0]))
            let job = try await node.wait(.jobs, "a", "work", "it ends") {
                $0.condition(condition)?["status"]?.string == "True"
            }
            #expect(job.status[condition == "Complete" ? "succeeded" : "failed"] == 1)
            #expect(job.status["active"] == nil)
        }
    }

    @Test func `a program that ignores SIGTERM is killed after its grace period, with what it started`() async throws {
        let images = ["deaf:1": "#!/bin/sh\ntrap '' TERM\necho deaf now\nsleep 4242 &\nwhile :; do sleep 4242; done\n"]
        try await RunningNode.run(images: images) { node in
            try node.cluster.create(.namespaces, Make.namespace("a"))
            let pod: JSONValue = [
                "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "deaf", "namespace": "a"],
                "spec": ["terminationGracePeriodSeconds": 1, "containers": [Make.container("deaf:1")]],
            ]
            try node.cluster.create(.pods, pod)
            _ = try await node.poll("it heeds SIGTERM no more") {
                await node.log("a", "deaf").contains("deaf now") ? true : nil
            }
            let began = ContinuousClock.now
            try node.cluster.delete(.pods, "a", "deaf")
            try await node.waitUntilGone(.pods, "a", "deaf")
            #expect(ContinuousClock.now - began >= .milliseconds(900))
            #expect(node.processes() == [])
        }
    }
}
