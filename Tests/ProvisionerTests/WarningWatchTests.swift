import Hummingbird
import KubernetesClient
import Logging
import NIOCore
import ServiceRuntime
import Synchronization
import Testing

@testable import Provisioner

@Suite(.timeLimit(.minutes(1))) struct WarningWatchTests {
    @Test func `a read of the warnings that is refused is tried again`() async throws {
        // An API server that has just started knows no roles yet.
        let refusals = Mutex(2)
        let router = Router()
        router.get("api/v1/events") { request, _ -> Response in
            let isRefused = refusals.withLock { left in
                defer { left = max(0, left - 1) }
                return left > 0
            }
            let body: JSONValue =
                isRefused
                ? [
                    "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden", "code": 403,
                    "message": "events is forbidden",
                ]
                : [
                    "kind": "EventList", "apiVersion": "v1", "metadata": ["resourceVersion": "7"],
                    "items": [["metadata": ["name": "orders.1", "namespace": "preview-abcd2345"]]],
                ]
            if request.uri.queryParameters["watch"] == "true" { try await Task.sleep(for: .seconds(30)) }
            return Response(
                status: isRefused ? .forbidden : .ok, headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(string: body.description)))
        }
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let server = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) }, logger: Logger(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.runService(gracefulShutdownSignals: []) }
            let number = try #require(await ports.first { _ in true })
            let client = KubernetesClient(
                configuration: KubernetesConfiguration(server: "http://127.0.0.1:\(number)"), fieldManager: "tester")
            let (names, name) = AsyncStream.makeStream(of: String.self)
            group.addTask {
                try await WarningWatch(
                    cluster: "local", client: client, logger: Logger(label: "test"), retryAfter: .milliseconds(20)
                ).follow { event in
                    if case .initial(let items) = event { items.forEach { name.yield($0.name) } }
                }
            }
            #expect(await names.first { _ in true } == "orders.1")
            #expect(refusals.withLock { $0 } == 0)
            group.cancelAll()
        }
    }
}
