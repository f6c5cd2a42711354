import Foundation
import KubernetesClient
import Testing

@testable import DevCluster

@Suite(.timeLimit(.minutes(3)))
struct KubeletTests {
    @Test func `a pod that has ended is not run again when news of its life come late`() async throws {
        let images = ["tool:1": "#!/bin/sh\necho run >>/data/runs\n"]
        try await RunningNode.run(images: images) { node in
            try node.cluster.create(.namespaces, Make.namespace("a"))
            try node.cluster.create(
                .persistentVolumeClaims,
                [
                    "apiVersion": "v1", "kind": "PersistentVolumeClaim",
                    "metadata": ["name": "data", "namespace": "a"],
                    "spec": ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Mi"]]],
                ])
            let changes = node.cluster.changes(.pods)
            try node.cluster.create(
                .pods,
                [
                    "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "once", "namespace": "a"],
                    "spec": [
                        "restartPolicy": "Never",
                        "containers": [
                            Make.container("tool:1", ["volumeMounts": [["name": "data", "mountPath": "/data"]]])
                        ],
                        "volumes": [["name": "data", "persistentVolumeClaim": ["claimName": "data"]]],
                    ],
                ])
            var news: [StoreEvent] = []
            for await event in changes {
                news.append(event)
                if event.object.isFinishedPod { break }
            }
            let ended = try #require(node.cluster.get(.pods, "a", "once"))
            try #require(ended.podPhase == "Succeeded", "\(ended.status)")
            let kinds = Set(news.map(\.object.podPhase))
            try #require(kinds.isSuperset(of: ["Pending", "Succeeded"]))

            // As on a machine with much to do: the runner is gone before the news are looked at.
            await withDiscardingTaskGroup { group in
                let runners = RunningPods()
                for event in news { node.controllers.kubelet.handle(event, runners, &group) }
            }
            let claim = try #require(node.cluster.get(.persistentVolumeClaims, "a", "data"))
            let runs = try String(
                contentsOfFile: "\(node.directory)/node/volumes/\(claim.uid)/runs", encoding: .utf8)
            #expect(runs == "run\n")
            #expect(node.cluster.get(.pods, "a", "once")?.status == ended.status)
        }
    }

    @Test func `whoever looks into a pod's folder is left alone when pods end and when the node starts`() async throws {
        let folder = "/tmp/dev-cluster-tests-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }  // Only a temporary folder.
        let reader = Process()
        reader.executableURL = URL(filePath: "/bin/sh")
        reader.arguments = ["-c", "read line", "\(folder)/node/pods/any/file"]
        reader.standardInput = Pipe()
        try reader.run()
        defer { reader.terminate() }
        for _ in 0..<2 {
            try await RunningNode.run(images: ["tool:1": "#!/bin/sh\nexit 0\n"], keeping: folder) { node in
                try node.cluster.create(.namespaces, Make.namespace("a"))
                try node.cluster.create(
                    .pods,
                    [
                        "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "once", "namespace": "a"],
                        "spec": ["restartPolicy": "Never", "containers": [Make.container("tool:1")]],
                    ])
                _ = try await node.wait(.pods, "a", "once", "the pod has ended") { $0.isFinishedPod }
            }
            #expect(reader.isRunning)
        }
    }
}
