import Foundation
import KubernetesClient
import Logging
import ServiceLifecycle
import Testing

@testable import DevCluster

/// The whole cluster over HTTP, as kubectl and Helm meet it.
@Suite(.timeLimit(.minutes(4)), .serialized)
struct CommandLineTests {
    private static let chart = [
        "Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
        "values.yaml": "tag: '1'\n",
        "templates/all.yaml": """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: before
          annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: before-hook-creation}
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{name: main, image: "web:{{ .Values.tag }}", command: [echo, "before {{ .Values.tag }}"]}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
                - name: main
                  image: "web:{{ .Values.tag }}"
                  readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}

        """,
    ]

    /// Runs a tool against the cluster; fails unless it ends well.
    private static func run(_ folder: String, _ tool: String, _ arguments: String) async throws -> String {
        let (code, output) = try await shell(
            tool, arguments.split(separator: " ").map(String.init),
            environment: ["KUBECONFIG": "\(folder)/kubeconfig", "HOME": folder])
        try #require(code == 0, "\(tool) \(arguments): \(output)")
        return output
    }

    @Test func `kubectl and Helm install, follow, undo, read and remove a program`() async throws {
        let folder = "/tmp/dev-cluster-tests-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for tag in ["1", "2"] {
            let place = "\(folder)/images/web/\(tag)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            try Programs.server("web-\(tag)").write(toFile: "\(place)/run", atomically: true, encoding: .utf8)
            chmod("\(place)/run", 0o755)
        }
        for (name, text) in Self.chart {
            let file = "\(folder)/chart/\(name)"
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try text.write(toFile: file, atomically: true, encoding: .utf8)
        }
        var logger = Logger(label: "dev-cluster")
        logger.logLevel = .warning
        let listening = Signal()
        let cluster = try await LocalCluster(
            options: DevClusterOptions(
                dataDirectory: "\(folder)/data", imagesDirectory: "\(folder)/images",
                kubeconfig: "\(folder)/kubeconfig"),
            log: logger
        ) { _ in listening.set() }
        let group = ServiceGroup(services: cluster.services, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            defer { tasks.cancelAll() }
            #expect(await listening.wait(atMost: .seconds(60)))
            try await Self.use(folder)
            await group.triggerGracefulShutdown()
        }
        #expect(ProcessTree.sandboxes(naming: "\(folder)/data/node/pods") == [])
    }

    private static func use(_ folder: String) async throws {
        func helm(_ arguments: String) async throws -> String { try await run(folder, "helm", arguments) }
        func kubectl(_ arguments: String) async throws -> String { try await run(folder, "kubectl", arguments) }
        // Of all pods: of a Deployment kubectl may choose one that is ending.
        func logs() async throws -> String { try await kubectl("logs -n a -l app=web --tail=100 --ignore-errors") }
        _ = try await kubectl("create namespace a")
        _ = try await helm("install web \(folder)/chart -n a --wait --timeout 60s")
        #expect(try await kubectl("logs -n a job/before") == "before 1\n")
        _ = try await helm("upgrade web \(folder)/chart -n a --set tag=2 --wait --timeout 60s")
        let rolled = try await kubectl("rollout status -n a deployment/web --timeout=30s")
        #expect(rolled.hasSuffix("deployment \"web\" successfully rolled out\n"))
        let history = try await kubectl("rollout history -n a deployment/web")
        #expect(history.contains("\n1 ") && history.contains("\n2 "))
        #expect(try await logs().contains("web-2 listens"))
        _ = try await kubectl("rollout undo -n a deployment/web")
        _ = try await kubectl("rollout status -n a deployment/web --timeout=30s")
        #expect(try await logs().contains("web-1 listens"))
        _ = try await kubectl("rollout restart -n a deployment/web")
        _ = try await kubectl("rollout status -n a deployment/web --timeout=30s")
        _ = try await kubectl("scale -n a deployment/web --replicas=0")
        _ = try await kubectl("wait -n a --for=delete pod -l app=web --timeout=30s")
        _ = try await helm("uninstall web -n a --wait")
        _ = try await kubectl("delete namespace a --timeout=30s")
    }
}
