import HTTPTypes
import Hummingbird
import PreviewDomain

/// Answers what goes wrong with a page that says so, and what to do.
struct ConsoleErrors: RouterMiddleware {
    let renderer: ConsoleRenderer

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = ProblemResponses.problem(for: error, request: request, context: context)
            return try renderer.response(problem, to: request, context)
        }
    }
}

extension ConsoleRenderer {
    /// A page that says what went wrong.
    func response(_ problem: Problem, to request: Request, _ context: GatewayContext) throws -> Response {
        var response = try response(ErrorPage(problem, of: request), status: problem.status, to: request, context)
        for field in problem.headers { response.headers[field.name] = field.value }
        return response
    }
}

/// What went wrong, and what to do.
struct ErrorPage: ConsolePage {
    static let template = "error"
    let title: String
    let detail: String
    let errors: [FieldLine]
    /// The page whose form was refused.
    let back: Back?

    struct Back: Sendable {
        let label: String
        let path: String
    }

    struct FieldLine: Sendable {
        var field: String
        var message: String
    }

    init(_ problem: Problem, of request: Request) {
        let isOutdated = problem.code == "csrf-token"
        title =
            switch problem.status {
            case _ where isOutdated: "This page is out of date"
            case .notFound: "There is nothing here"
            case .forbidden: "You may not do this"
            case .conflict: "This can't be done now"
            case .tooManyRequests: "Too many attempts"
            case .serviceUnavailable: "Not possible at present"
            default: problem.status.code < 500 ? "This can't be done" : "Something went wrong"
            }
        detail = problem.detail
        errors = problem.errors.map { FieldLine(field: $0.field, message: $0.message) }
        let referrer = request.method == .get ? nil : request.referringPath
        back = referrer.map { Back(label: isOutdated ? "Reload the page" : "Back", path: ReturnPath($0).path) }
    }
}
