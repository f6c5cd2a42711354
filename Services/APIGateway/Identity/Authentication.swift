import Foundation
import HTTPTypes
import Hummingbird

/// Lets only those in whose token is known, or who are signed in: what pages and programs ask is answered alike.
struct Authentication: RouterMiddleware {
    let tokens: TokenStore
    let sessions: SessionStore
    let cookie: SessionCookie
    let now: @Sendable () -> Date

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let header = request.headers[.authorization] {
            let token = try token(header)
            guard let principal = tokens.principal(of: token) else {
                throw Problem.unauthorized("The token is not known; an admin makes tokens with POST /api/v1/tokens.")
            }
            try await tokens.noteUse(by: principal, at: now())
            context.principal = principal
            context.token = token
            context.isStillAdmitted = { [tokens] in tokens.principal(of: token) != nil }
        } else {
            guard let key = cookie.key(in: request.headers), let session = try await sessions.session(of: key) else {
                throw Problem.unauthorized("Send a token: Authorization: Bearer <token>.")
            }
            // A browser sends the cookie whoever wrote the page; the token is known to our pages only.
            guard request.method.isSafe || session.accepts(csrfToken: request.csrfToken) else {
                throw Problem(
                    .forbidden, "csrf-token", "Send the session's token as X-CSRF-Token; reload the page to get it.")
            }
            context.principal = session.principal
            context.session = session
            context.token = key.secret
            context.isStillAdmitted = { [sessions] in
                try await sessions.admits(key, to: session.principal.organization)
            }
        }
        return try await next(request, context)
    }

    private func token(_ header: String) throws -> String {
        let pieces = header.split(separator: " ", maxSplits: 1)
        guard pieces.count == 2, pieces[0].lowercased() == "bearer" else {
            throw Problem.unauthorized("The Authorization header has to be: Bearer <token>.")
        }
        return String(pieces[1])
    }
}

extension HTTPRequest.Method {
    /// Whether it changes nothing.
    fileprivate var isSafe: Bool { self == .get || self == .head }
}

extension Request {
    fileprivate var csrfToken: String { HTTPField.Name("X-CSRF-Token").flatMap { headers[$0] } ?? "" }
}
