import GRDB
import Hummingbird
import Logging
import NIOCore
import PreviewDomain

/// Answers every failure with a problem document, or with a page where a browser asks for one; what is our own fault is
/// logged and not told.
struct ProblemResponses: RouterMiddleware {
    /// For browsers, which are answered with a page.
    let pages: ConsoleRenderer
    let sessions: SessionStore
    let cookie: SessionCookie

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = Self.problem(for: error, request: request, context: context)
            guard request.isForPage else { return try problem.response(from: request, context: context) }
            return try pages.response(problem, to: request, await signedIn(request, context))
        }
    }

    /// The context with who is signed in: at an address that no page has, nobody has asked for that yet.
    private func signedIn(_ request: Request, _ context: GatewayContext) async -> GatewayContext {
        var context = context
        guard context.session == nil, let key = cookie.key(in: request.headers) else { return context }
        // What can't be known does not keep the page from saying what went wrong.
        context.session = try? await sessions.session(of: key)
        return context
    }

    /// The problem that a failure is; what is our own fault is logged.
    static func problem(for error: any Error, request: Request, context: GatewayContext) -> Problem {
        switch error {
        case let problem as Problem:
            return problem
        case is NIOTooManyBytesError:
            return Problem(.contentTooLarge, "too-large", "The body is too long; send less.")
        case let refusal as TransitionRefusal:
            return refusal.problem
        case let taken as HostTaken:
            return taken.problem
        case let error as HTTPError where error.status == .notFound:
            let detail =
                request.isForPage
                ? "There is no page at \(request.uri.path)."
                : "There is nothing at \(request.uri.path); see /api/v1/openapi.json."
            return Problem(.notFound, "not-found", detail)
        case let error as any HTTPResponseError:
            return Problem(error.status, "refused", (error as? HTTPError)?.body ?? error.status.reasonPhrase)
        case let error as DatabaseError where error.isOutage:
            context.logger.error("Failed to use the database", metadata: ["error": "\(error)"])
            var problem = Problem(
                .serviceUnavailable, "database-unavailable",
                "The gateway can't use its database at present, so nothing was changed. Try again in a minute; if it stays "
                    + "so, tell whoever runs Understudy: the gateway's log has the reason.")
            problem.headers[.retryAfter] = "60"
            return problem
        case let unreadable as UnreadablePreview:
            return Problem(
                .internalServerError, "unreadable",
                "What is stored of preview \(unreadable.id) can't be read, so nothing is done for it. Tell whoever runs "
                    + "Understudy: the gateway's log says why, and what to do.")
        default:
            context.logger.error(
                "Failed to answer", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
            return Problem(.internalServerError, "internal", "The request failed; it may be tried again.")
        }
    }
}

extension DatabaseError {
    /// Whether it is the file, the disk or the connection, not what was asked of it.
    fileprivate var isOutage: Bool {
        let outages: [ResultCode] = [
            .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_IOERR, .SQLITE_FULL, .SQLITE_CANTOPEN, .SQLITE_READONLY,
            .SQLITE_CORRUPT, .SQLITE_NOTADB,
        ]
        return outages.contains(resultCode)
    }
}

extension Request {
    /// Whether a browser shows the answer to a person.
    fileprivate var isForPage: Bool {
        !uri.path.hasPrefix("/api/") && headers[.accept]?.contains("text/html") == true
    }
}

extension TransitionRefusal {
    /// One word for programs.
    var code: String {
        switch self {
        case .ended: "ended"
        case .notReady: "not-ready"
        case .promotionRunning: "promotion-running"
        case .unknownService: "not-found"
        case .nothingToRetry: "nothing-to-retry"
        case .outdated: "outdated"
        case .productionMoved: "production-moved"
        }
    }

    /// The refusal as a problem document.
    fileprivate var problem: Problem {
        if case .unknownService = self { return Problem(.notFound, code, explanation) }
        return Problem(.conflict, code, explanation)
    }
}

extension HostTaken {
    /// The refusal as a problem document.
    var problem: Problem {
        Problem(.conflict, "host-taken", explanation, errors: [FieldProblem(field, .hostTaken, explanation)])
    }
}
