import Foundation
import Logging
import Metrics
import MetricsTestKit
import Synchronization
import Testing

@testable import KubernetesClient

/// What a client counts and logs.
@Suite(.timeLimit(.minutes(1))) struct ObservationTests {
    @Test func `each attempt is counted by cluster, verb, resource and code`() async throws {
        let metrics = TestMetrics()
        let server = try ScriptedServer { request in
            switch request.index {
            case 0: [.close]
            case 1: [.refusal(503, "ServiceUnavailable")]
            default: [.json(200, configMap("a", version: 1))]
            }
        }
        defer { server.stop() }
        let cluster = "east"
        try await withMetricsFactory(metrics) {
            _ = try await server.client(cluster: cluster).get(.configMaps, name: "a", namespace: "shop")
        }
        for code in ["503", "none", "200"] {
            let counter = try metrics.expectCounter(
                "kubernetes_client_requests",
                [("cluster", cluster), ("verb", "get"), ("resource", "configmaps"), ("code", code)])
            #expect(counter.totalValue == 1)
        }
        let timer = try metrics.expectTimer(
            "kubernetes_client_request_duration",
            [("cluster", cluster), ("verb", "get"), ("resource", "configmaps")])
        #expect(timer.values.count == 3)
        #expect(timer.values.allSatisfy { $0 > 0 })
    }

    @Test(arguments: [
        ("GET", "/api/v1/namespaces/shop/pods", "", "list pods"),
        ("GET", "/api/v1/namespaces/shop/pods?watch=true", "", "watch pods"),
        ("GET", "/api/v1/pods", "", "list pods"), ("GET", "/api/v1/namespaces/shop", "", "get namespaces"),
        ("GET", "/api/v1/namespaces", "", "list namespaces"),
        ("PUT", "/api/v1/namespaces/shop/finalize", "", "update namespaces/finalize"),
        ("GET", "/api/v1/namespaces/shop/pods/a/log", "", "get pods/log"),
        ("POST", "/apis/apps/v1/namespaces/shop/deployments", "", "create deployments.apps"),
        (
            "PATCH", "/apis/apps/v1/namespaces/shop/deployments/a", "application/apply-patch+yaml",
            "apply deployments.apps"
        ),
        ("PATCH", "/apis/apps/v1/namespaces/shop/deployments/a/status", "", "patch deployments.apps/status"),
        ("DELETE", "/apis/a.b/v1/things/x", "", "delete things.a.b"),
        ("DELETE", "/apis/a.b/v1/things", "", "deletecollection things.a.b"),
        ("GET", "/apis/apps/v1", "", "get discovery"), ("GET", "/version", "", "get discovery"),
        ("GET", "/api", "", "get discovery"), ("GET", "/livez", "", "get other"), ("GET", "/", "", "get other"),
    ])
    func `a request's verb and resource are read from it`(
        method: String, target: String, type: String, kind: String
    ) {
        let parts = target.split(separator: "?").map(String.init)
        var request = APIRequest(method, parts[0])
        if parts.count > 1 { request.add("watch", "true") }
        if !type.isEmpty { request.contentType = type }
        #expect("\(request.kind.verb) \(request.kind.resource)" == kind)
    }

    @Test func `a server's warning is logged once`() async throws {
        let header = #"299 - "unknown field \"spec.x\"", 299 - "v1beta1 is deprecated, use v1""#
        let server = try ScriptedServer { _ in
            [.json(200, configMap("a", version: 1), headers: ["Warning": header])]
        }
        defer { server.stop() }
        let log = TestLog()
        let client = server.client(logger: log.logger)
        for _ in 0..<3 { _ = try await client.get(.configMaps, name: "a", namespace: "shop") }
        #expect(
            log.warnings == [
                #"Received warning: unknown field "spec.x""#, "Received warning: v1beta1 is deprecated, use v1",
            ])
    }

    @Test func `a server that is trusted blindly is warned of`() {
        var configuration = KubernetesConfiguration(server: "https://a.example/secret-path")
        configuration.skipsVerification = true
        let log = TestLog()
        _ = KubernetesClient(configuration: configuration, fieldManager: "tester", logger: log.logger)
        #expect(log.warnings == ["Trusting any server: insecure-skip-tls-verify is set: https://a.example:443"])
    }
}

/// Keeps warnings with what they are about.
private final class TestLog: Sendable {
    private let lines = Mutex<[String]>([])

    var warnings: [String] { lines.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: TestLog
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]
        var metadataProvider: Logger.MetadataProvider?

        init(log: TestLog) { self.log = log }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            guard event.level == .warning else { return }
            let about = event.metadata?["warning"] ?? event.metadata?["server"] ?? ""
            log.lines.withLock { $0.append("\(event.message): \(about)") }
        }
    }
}
