import Foundation
import HTTPTypes
import Hummingbird
import MessageBus
import NIOCore
import PreviewDomain

/// What a service's containers write, as it stands now.
struct LogPages: Sendable {
    let gateway: Gateway
    let renderer: ConsoleRenderer
    let ask: LogsQuestion

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("/previews/:id/services/:service/logs", use: show)
        group.get("/previews/:id/services/:service/logs.txt", use: download)
    }

    @Sendable func show(_ request: Request, context: GatewayContext) async throws -> Response {
        let (sight, service, query) = try await reading(request, context)
        let answer = await answer(sight, service, query)
        return try renderer.response(LogPage(sight, service: service, query, answer), to: request, context)
    }

    @Sendable func download(_ request: Request, context: GatewayContext) async throws -> Response {
        let (sight, service, query) = try await reading(request, context)
        let text: String
        switch await answer(sight, service, query) {
        case .lines(let logs): text = query.text(of: logs)
        case .nothing(let why, _): throw Problem(.conflict, "no-logs", why)
        }
        var headers: HTTPFields = [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"]
        let name = "\(service.name)-\(sight.preview.id.rawValue).log"
        headers[.contentDisposition] = "attachment; filename=\"\(name)\""
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    private func reading(
        _ request: Request, _ context: GatewayContext
    ) async throws -> (PreviewSight, ServiceSpecification, LogQuery) {
        let viewer = try context.principal(atLeast: .viewer)
        let name = try context.parameters.require("service")
        let sight = try await gateway.sight(for: viewer, context)
        guard let service = sight.preview.service(named: name) else {
            throw Problem(.notFound, "not-found", "The preview \(sight.preview.name) has no service \(name).")
        }
        return (sight, service, LogQuery(request.query))
    }

    private func answer(_ sight: PreviewSight, _ service: ServiceSpecification, _ query: LogQuery) async -> LogAnswer {
        guard sight.document.status.isActive else {
            return .nothing("The preview has ended, and its pods are gone with it.", isFinal: true)
        }
        let reading = LogReading(ask: ask)
        do {
            let logs = try await reading.logs(of: service.name, in: sight.preview, lines: query.lines)
            if logs.isEmpty {
                return .nothing("There is no pod of \(service.name) yet; its lines appear here when there is.")
            }
            return .lines(logs)
        } catch {
            return .nothing(error.detail)
        }
    }
}

/// The lines, or why there are none.
enum LogAnswer: Sendable {
    case lines([LogsAnswered.ContainerLog])
    case nothing(String, isFinal: Bool = false)
}

/// Which lines a person wants to see.
struct LogQuery: Sendable, Hashable {
    static let choices = [100, 200, 500, 1000, 5000]

    /// How many of each container, from the end.
    let lines: Int
    /// What a line has to contain, whatever its case.
    let filter: String?

    init(_ form: Form) {
        let wanted = form.text("lines").flatMap { Int($0) } ?? 200
        lines = Self.choices.first { $0 >= wanted } ?? Self.choices[Self.choices.count - 1]
        filter = form.text("q").map { String($0.prefix(200)) }
    }

    /// The lines that contain what is looked for.
    func matching(_ lines: [String]) -> [String] {
        guard let filter else { return lines }
        return lines.filter { $0.range(of: filter, options: .caseInsensitive) != nil }
    }

    /// All of it in one text.
    func text(of logs: [LogsAnswered.ContainerLog]) -> String {
        logs.map { log in
            let lines = matching(log.lines).joined(separator: "\n")
            return logs.count == 1 ? "\(lines)\n" : "==> \(log.pod) \(log.container) <==\n\(lines)\n"
        }.joined(separator: "\n")
    }

    /// The query as an address has it.
    var encoded: String {
        let allowed = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        let filter = filter?.addingPercentEncoding(withAllowedCharacters: allowed).map { "&q=\($0)" } ?? ""
        return "lines=\(lines)\(filter)"
    }
}
