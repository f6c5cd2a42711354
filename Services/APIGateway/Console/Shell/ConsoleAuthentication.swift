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
        guard let key = cookie.key(in: request.headers) else { return signIn(request) }
        guard let session = try await sessions.session(of: key) else {
            var response = signIn(request)
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

    private func signIn(_ request: Request) -> Response {
        // What was typed is lost with the session; the page that it was typed on is not.
        let back = request.method == .get ? request.uri.description : request.uri.path
        return .seeOther("/sign-in?return=\(ReturnPath(back).encoded)")
    }
}

/// Where someone goes on after signing in: a path of this host, whatever was asked for.
struct ReturnPath: Sendable, Hashable {
    let path: String

    /// Takes a path; anything that could lead to another host becomes the list of previews.
    init(_ text: String?) {
        let isLocal =
            text.map { text in
                text.hasPrefix("/") && !text.hasPrefix("//") && !text.contains("\\")
                    && text.unicodeScalars.allSatisfy { $0.value > 32 && $0.value < 127 }
            } ?? false
        path = isLocal ? text ?? "/previews" : "/previews"
    }

    /// The path as a value of a query.
    var encoded: String {
        path.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~/"))) ?? ""
    }
}
