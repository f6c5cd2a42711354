import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@testable import ServiceRuntime

@Suite struct AdminServerTests {
    private func answer(_ path: String, _ checks: [String: HealthStatus]) async throws -> (status: Int, text: String) {
        let health = HealthRegistry()
        for (name, status) in checks { health.register(name) { status } }
        let server = AdminServer(
            host: "127.0.0.1", port: 0, health: health, metrics: PrometheusRegistry(), logger: Logger(label: "test"))
        return try await Application(router: server.router()).test(.router) { client in
            try await client.execute(uri: path, method: .get) { (Int($0.status.code), String(buffer: $0.body)) }
        }
    }

    @Test(
        arguments: [
            ("/livez", HealthStatus.ready, 200), ("/livez", .notReady("away"), 200), ("/livez", .stuck("hangs"), 503),
            ("/readyz", .ready, 200), ("/readyz", .notReady("away"), 503), ("/readyz", .stuck("hangs"), 503),
        ])
    func `a process that waits is alive but not ready, one that is stuck is neither`(
        path: String, status: HealthStatus, expected: Int
    ) async throws {
        let answer = try await answer(path, ["bus": status, "cluster": .ready])
        #expect(answer.status == expected)
        #expect(answer.text.contains("[+]cluster ok"))
    }

    @Test func `an unready check says why`() async throws {
        #expect(try await answer("/readyz", ["bus": .notReady("away")]).text == "[-]bus not ready: away\nnot ok\n")
    }

    @Test func `metrics are served as text`() async throws {
        #expect(try await answer("/metrics", [:]).status == 200)
    }
}
