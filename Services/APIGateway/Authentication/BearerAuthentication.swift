import HTTPTypes
import Hummingbird

/// Lets only those in whose token is known.
struct BearerAuthentication: RouterMiddleware {
    let tokens: TokenStore

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        guard let header = request.headers[.authorization] else {
            throw Problem.unauthorized("Send a token: Authorization: Bearer <token>.")
        }
        let pieces = header.split(separator: " ", maxSplits: 1)
        guard pieces.count == 2, pieces[0].lowercased() == "bearer" else {
            throw Problem.unauthorized("The Authorization header has to be: Bearer <token>.")
        }
        let token = String(pieces[1])
        guard let principal = tokens.principal(of: token) else {
            throw Problem.unauthorized("The token is not known; an admin makes tokens with POST /api/v1/tokens.")
        }
        var context = context
        context.principal = principal
        context.token = token
        return try await next(request, context)
    }
}
