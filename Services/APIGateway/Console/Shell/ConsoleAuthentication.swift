import Foundation
import HTTPTypes
import Hummingbird

/// Lets only those in who are signed in; everybody else is sent to sign in, and comes back.
struct ConsoleAuthentication: RouterMiddleware {
    let sessions: SessionStore
    let cookie: SessionCookie

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        guard let key = cookie.key(in: request.headers) else { return signIn(request, reason: nil) }
        guard let session = try await sessions.session(of: key) else {
            var response = signIn(request, reason: .sessionOver)
            response.headers.append(.init(name: .setCookie, value: cookie.clearing))
            return response
        }
        var context = context
        context.session = session
        context.principal = session.principal
        context.token = key.secret
        context.isStillAdmitted = { [sessions] in
            try await sessions.admits(key, to: session.principal.organization)
        }
        return try await next(request, context)
    }

    private func signIn(_ request: Request, reason: SignInReason?) -> Response {
        // What was typed is lost with the session; the page that it was typed on is not.
        let back = request.method == .get ? request.uri.description : request.referringPath
        let query = reason.map { "&reason=\($0.rawValue)" } ?? ""
        return .seeOther("/sign-in?return=\(ReturnPath(back).encoded)\(query)")
    }
}

/// Why someone comes to the page for signing in who did not ask for it.
enum SignInReason: String, Sendable {
    /// The session is over, for whatever reason.
    case sessionOver = "over"
    /// They signed out.
    case signedOut = "out"
}

extension Request {
    /// The path of the page that a form was sent from.
    var referringPath: String? {
        guard let name = HTTPField.Name("Referer"), let text = headers[name], let parts = URLComponents(string: text)
        else { return nil }
        return parts.percentEncodedPath + (parts.percentEncodedQuery.map { "?\($0)" } ?? "")
    }
}
