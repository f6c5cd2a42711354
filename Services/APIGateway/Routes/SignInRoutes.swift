import HTTPTypes
import Hummingbird

/// Sends browsers to the OpenID provider, and takes them back. What goes wrong is shown by the console's sign-in page,
/// which learns it from the query: `/sign-in?refused=<code>`.
struct SignInRoutes: Sendable {
    let signIn: SignIn
    let cookie: SessionCookie
    let publicURL: PublicURL

    func register(on group: RouterGroup<GatewayContext>) {
        group.get(use: begin)
        group.get("callback", use: finish)
    }

    @Sendable func begin(_ request: Request, context: GatewayContext) async throws -> Response {
        do {
            let path = request.query["return"] ?? "/"
            let (url, pending) = try await signIn.begin(returnTo: path)
            return .redirection(to: url, cookies: [pending])
        } catch let refusal as SignInRefusal {
            return refused(refusal)
        }
    }

    @Sendable func finish(_ request: Request, context: GatewayContext) async throws -> Response {
        let forgetting = PendingSignIn.clearing(isSecure: publicURL.isSecure)
        do {
            let (key, path) = try await signIn.finish(
                query: request.query, headers: request.headers, from: context.origin)
            return .redirection(to: path, cookies: [cookie.setting(key), forgetting])
        } catch let refusal as SignInRefusal {
            return refused(refusal, cookies: [forgetting])
        }
    }

    private func refused(_ refusal: SignInRefusal, cookies: [String] = []) -> Response {
        .redirection(to: "/sign-in?refused=\(refusal.code)", cookies: cookies, retryAfter: refusal.retryAfter)
    }
}

extension Response {
    /// Leads a browser on with GET.
    fileprivate static func redirection(to url: String, cookies: [String], retryAfter: Int? = nil) -> Response {
        var headers: HTTPFields = [.location: url, .cacheControl: "no-store"]
        headers[values: .setCookie] = cookies
        if let retryAfter { headers[.retryAfter] = "\(retryAfter)" }
        return Response(status: .seeOther, headers: headers)
    }
}
