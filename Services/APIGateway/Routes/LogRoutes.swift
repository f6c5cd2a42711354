import HTTPTypes
import Hummingbird
import MessageBus
import PreviewDomain

/// Asks for a service's log lines on the bus, with a deadline.
typealias LogsQuestion = @Sendable (LogsRequested, Duration) async throws(MessageBusError) -> LogsAnswered

/// Shows the last log lines of a preview's services.
struct LogRoutes: Sendable {
    let store: PreviewStore
    let ask: LogsQuestion
    /// How long an answer may take.
    var deadline: Duration = .seconds(5)

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("previews/:id/services/:service/logs", use: logs)
    }

    private struct Logs: Encodable {
        var service: String
        var logs: [LogsAnswered.ContainerLog]
    }

    @Sendable func logs(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .viewer)
        let id = try context.previewID()
        let name = try context.parameters.require("service")
        var query = QueryReader(request.query)
        let lines = query.integer("lines", in: 1...5000) ?? 100
        try query.check()
        guard let stored = try await store.load(id, organization: principal.organization) else {
            throw Problem.noPreview(id.rawValue)
        }
        guard stored.preview.service(named: name) != nil else { throw TransitionRefusal.unknownService(name) }
        let reading = LogReading(ask: ask, deadline: deadline)
        return try .json(Logs(service: name, logs: try await reading.logs(of: name, in: stored.preview, lines: lines)))
    }
}

/// Asks for a service's log lines, and says in words why there are none.
struct LogReading: Sendable {
    let ask: LogsQuestion
    /// How long an answer may take.
    var deadline: Duration = .seconds(5)

    /// The last lines of each container of a service.
    func logs(
        of service: String, in preview: Preview, lines: Int
    ) async throws(Problem) -> [LogsAnswered.ContainerLog] {
        let question = LogsRequested(preview: preview.reference, service: service, tailLines: lines)
        let answer: LogsAnswered
        do {
            answer = try await ask(question, deadline)
        } catch {
            throw problem(for: error)
        }
        if let failure = answer.failure { throw Problem(.badGateway, "no-logs", failure.explanation) }
        return answer.logs
    }

    private func problem(for error: MessageBusError) -> Problem {
        switch error {
        case .requestFailed(_, let reason): Problem(.badGateway, "no-logs", "The logs can't be read: \(reason)")
        default:
            Problem(
                .gatewayTimeout, "no-answer",
                "Nobody answered within \(deadline.components.seconds) s; check that the provisioner runs.")
        }
    }
}
