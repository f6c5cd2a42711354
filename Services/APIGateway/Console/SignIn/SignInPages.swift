import HTTPTypes
import Hummingbird
import PreviewDomain

/// Signing in: with a token, or at the organization's OpenID provider.
struct SignInPages: Sendable {
    let gateway: Gateway
    let renderer: ConsoleRenderer

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("/sign-in", use: show)
        group.post("/sign-in", use: signIn)
    }

    @Sendable func show(_ request: Request, context: GatewayContext) async throws -> Response {
        let query = Form(request.uri.query ?? "")
        let back = ReturnPath(query["return"])
        if let key = gateway.sessionCookie.key(in: request.headers),
            try await gateway.sessions.session(of: key) != nil
        {
            return .seeOther(back.path)
        }
        return try renderer.response(page(back: back, problem: nil), to: request, context)
    }

    @Sendable func signIn(_ request: Request, context: GatewayContext) async throws -> Response {
        try request.requireOwnPage(gateway.configuration.publicURL)
        let form = try await request.unprotectedForm(limit: 16 << 10)
        let back = ReturnPath(form["return"])
        guard let token = form.text("token") else {
            let page = page(back: back, problem: "Enter a token.")
            return try renderer.response(page, status: .unprocessableContent, to: request, context)
        }
        do {
            let key = try await gateway.signIn.with(token: token, from: context.origin)
            var response = Response.seeOther(back.path)
            response.headers.append(.init(name: .setCookie, value: gateway.sessionCookie.setting(key)))
            return response
        } catch let refusal as SignInRefusal {
            let page = page(back: back, problem: refusal.explanation)
            var response = try renderer.response(page, status: .init(code: refusal.status), to: request, context)
            if let seconds = refusal.retryAfter { response.headers[.retryAfter] = String(seconds) }
            return response
        }
    }

    private func page(back: ReturnPath, problem: String?) -> SignInPage {
        SignInPage(problem: problem, back: back.path, providerPath: nil)
    }
}

/// The form to sign in with.
struct SignInPage: ConsolePage {
    static let template = "sign-in"
    let title = "Sign in"
    let problem: String?
    /// Where the person goes on.
    let back: String
    /// Where signing in at the OpenID provider begins, where there is one.
    let providerPath: String?
}
