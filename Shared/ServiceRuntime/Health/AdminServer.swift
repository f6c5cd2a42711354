import HTTPTypes
import Hummingbird
import Logging
import ServiceLifecycle

/// Serves `/livez`, `/readyz` and `/metrics` on a port of its own.
struct AdminServer: Service {
    let host: String
    let port: Int
    let health: HealthRegistry
    let metrics: PrometheusRegistry
    let logger: Logger

    func run() async throws {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            router: router(), configuration: .init(address: .hostname(host, port: port)), logger: quiet)
        try await application.run()
    }

    func router() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.get("livez") { _, _ in
            report(health.results()) { if case .stuck = $0 { true } else { false } }
        }
        router.get("readyz") { _, _ in
            report(health.results()) {
                switch $0 {
                case .ready, .degraded: false
                case .notReady, .stuck: true
                }
            }
        }
        router.get("metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: .init(string: metrics.exposition())))
        }
        return router
    }

    /// A line for each check, as Kubernetes' own health endpoints write them.
    private func report(_ results: [String: HealthStatus], fails: (HealthStatus) -> Bool) -> Response {
        let lines = results.sorted { $0.key < $1.key }.map { name, status in
            switch status {
            case .ready: "[+]\(name) ok"
            case .degraded(let reason): "[+]\(name) ok, but \(reason)"
            case .notReady(let reason): "[\(fails(status) ? "-" : "+")]\(name) not ready: \(reason)"
            case .stuck(let reason): "[-]\(name) stuck: \(reason)"
            }
        }
        let isFailing = results.values.contains(where: fails)
        let text = (lines + [isFailing ? "not ok" : "ok"]).joined(separator: "\n") + "\n"
        return Response(
            status: isFailing ? .serviceUnavailable : .ok, headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: .init(string: text)))
    }
}
