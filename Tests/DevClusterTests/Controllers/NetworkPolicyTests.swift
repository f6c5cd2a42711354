import Foundation
import KubernetesClient
import Testing

@testable import DevCluster

/// Policies as far as a loopback network lets them be kept: where connections go through Services.
@Suite(.timeLimit(.minutes(2)), .serialized)
struct NetworkPolicyTests {
    /// Asks a Service by name, as a pod of a namespace, and says what came of it.
    private static func ask(
        _ host: String, from namespace: String, labels: JSONValue = [:], in node: RunningNode
    ) async throws -> String {
        let program = """
            import urllib.request
            try:
                print(urllib.request.urlopen("http://\(host)", timeout=30).read().decode().strip())
            except OSError as error:
                print("refused")
            """
        let container = Make.container("tool:1", ["command": ["python3", "-c", .string(program)]])
        let name = "asker-\(UUID().uuidString.lowercased().prefix(6))"
        try node.cluster.create(
            .pods,
            [
                "apiVersion": "v1", "kind": "Pod",
                "metadata": ["name": .string(name), "namespace": .string(namespace), "labels": labels],
                "spec": ["restartPolicy": "Never", "containers": [container]],
            ])
        let ended = try await node.wait(.pods, namespace, name, "it ends") { $0.isFinishedPod }
        try #require(ended.podPhase == "Succeeded", "\(ended.status)")
        return await node.log(namespace, name).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func policy(_ name: String, in namespace: String, _ spec: JSONValue) -> JSONValue {
        [
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": ["name": .string(name), "namespace": .string(namespace)], "spec": spec,
        ]
    }

    @Test func `a pod reaches through Services what policies allow, and nothing else`() async throws {
        let images = ["tool:1": "#!/bin/sh\nexec sleep 10000\n", "web:1": Programs.server("web")]
        try await RunningNode.run(images: images) { node in
            for namespace in ["production", "preview"] {
                try node.cluster.create(.namespaces, Make.namespace(namespace))
                try node.cluster.create(
                    .deployments, Make.deployment("web", in: namespace, container: Make.container("web:1")))
                try node.cluster.create(
                    .services, Make.service("web", in: namespace, port: ["port": 80, "targetPort": 8080]))
            }
            for namespace in ["production", "preview"] {
                try await node.wait(.deployments, namespace, "web", "it is available") {
                    $0.status["availableReplicas"]?.int == 1
                }
            }
            // A Service takes connections a moment after its pods are ready.
            for host in ["web.production", "web.preview"] {
                while try await Self.ask(host, from: "production", in: node) != "web" {}
            }
            #expect(try await Self.ask("web.production", from: "preview", in: node) == "web")

            try node.cluster.create(
                .networkPolicies,
                Self.policy(
                    "closed", in: "preview", ["podSelector": [:], "policyTypes": ["Ingress", "Egress"]]))
            try node.cluster.create(
                .networkPolicies,
                Self.policy(
                    "within", in: "preview",
                    [
                        "podSelector": [:], "policyTypes": ["Ingress", "Egress"],
                        "ingress": [["from": [["podSelector": [:]]]]], "egress": [["to": [["podSelector": [:]]]]],
                    ]))
            #expect(try await Self.ask("web.production", from: "preview", in: node) == "refused")
            #expect(try await Self.ask("web", from: "preview", in: node) == "web")
            #expect(try await Self.ask("web.preview", from: "production", in: node) == "refused")
            #expect(try await Self.ask("web", from: "production", in: node) == "web")

            try node.cluster.create(
                .networkPolicies,
                Self.policy(
                    "copier", in: "preview",
                    [
                        "podSelector": ["matchLabels": ["role": "copier"]], "policyTypes": ["Egress"],
                        "egress": [
                            [
                                "to": [
                                    [
                                        "namespaceSelector": [
                                            "matchLabels": ["kubernetes.io/metadata.name": "production"]
                                        ]
                                    ]
                                ],
                                "ports": [["port": 8080]],
                            ]
                        ],
                    ]))
            let copier: JSONValue = ["role": "copier"]
            #expect(try await Self.ask("web.production", from: "preview", labels: copier, in: node) == "web")
            #expect(try await Self.ask("web.production", from: "preview", in: node) == "refused")
        }
    }
}
