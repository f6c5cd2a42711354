import Foundation
import Hummingbird
import KubernetesClient
import Logging
import NIOCore
import Synchronization

/// Stands between Helm and the cluster, and does damage to single answers.
public enum HelmRelay {
    /// A request of Helm's.
    public struct Exchange: Sendable {
        public var method: String
        public var path: String
        public var query: String
        public var isWatch: Bool
        public var body: String
    }

    /// What Helm gets to hear of an answer.
    public enum Answer: Sendable {
        case whole
        /// The cluster does what was asked, and the connection ends within the answer.
        case lost
        /// Nothing comes, and the connection stays.
        case silent
    }

    /// Damages the first exchange of its kind.
    public final class Once: Sendable {
        public init() {}
        private let isOver = Mutex(false)
        public func callAsFunction(_ answer: Answer, where isMeant: Bool) -> Answer {
            isOver.withLock { isOver in
                guard isMeant, !isOver else { return .whole }
                isOver = true
                return answer
            }
        }
        /// Whether it has happened.
        public var hasHappened: Bool { isOver.withLock { $0 } }
    }

    private struct Lost: Error {}

    /// Runs the body with the path of a kubeconfig that leads here.
    public static func run(
        before kubeconfig: String, _ plan: @escaping @Sendable (Exchange) -> Answer,
        _ body: (String) async throws -> Void
    ) async throws {
        let upstream = try KubernetesConfiguration.load(kubeconfig: kubeconfig).server
        let client = WebServiceClient(timeout: .seconds(30), bodyLimit: 1 << 24)
        let responder = CallbackResponder { (request: Request, _: BasicRequestContext) in
            let content = try await request.body.collect(upTo: 1 << 24)
            let isWatch = request.uri.queryParameters["watch"] == "true"
            let exchange = Exchange(
                method: request.method.rawValue, path: request.uri.path, query: request.uri.query ?? "",
                isWatch: isWatch, body: String(buffer: content))
            let damage = plan(exchange)
            if damage == .silent {
                return Response(
                    status: .ok, headers: [.contentType: "application/json"],
                    body: .init { _ in try await Task.sleep(for: .seconds(600)) })
            }
            var url = upstream + request.uri.description
            // What is followed is passed on in pieces: Helm follows it again after each.
            if isWatch { url += "&timeoutSeconds=1" }
            if isWatch { url = url.replacing(#/timeoutSeconds=\d+&/#, with: "") }
            var headers: [String: String] = [:]
            headers["content-type"] = request.headers[.contentType]
            headers["accept"] = request.headers[.accept]
            let answer = try await client.send(
                exchange.method, url, headers: headers,
                body: content.readableBytes > 0 ? Array(content.readableBytesView) : nil)
            var fields = HTTPFields()
            fields[.contentType] = answer.headers["content-type"]
            let status = HTTPResponse.Status(code: answer.status)
            if damage == .lost {
                return Response(
                    status: status, headers: fields, body: .init(contentLength: answer.body.count) { _ in throw Lost() }
                )
            }
            return Response(status: status, headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
        }
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let server = Application(
            responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) }, logger: Logger(label: "test"))
        let file = FileManager.default.temporaryDirectory.appending(path: "understudy-relay-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.runService(gracefulShutdownSignals: []) }
            guard let number = await ports.first(where: { _ in true }) else { throw Lost() }
            try """
            {"apiVersion": "v1", "kind": "Config", "current-context": "relay",
             "clusters": [{"name": "relay", "cluster": {"server": "http://127.0.0.1:\(number)"}}],
             "users": [{"name": "relay", "user": {}}],
             "contexts": [{"name": "relay", "context": {"cluster": "relay", "user": "relay"}}]}
            """.write(to: file, atomically: true, encoding: .utf8)
            try await body(file.path)
            group.cancelAll()
        }
    }
}
