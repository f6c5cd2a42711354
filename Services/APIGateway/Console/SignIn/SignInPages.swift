import Foundation
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
        let query = request.query
        let back = ReturnPath(query["return"])
        if let key = gateway.sessionCookie.key(in: request.headers),
            try await gateway.sessions.session(of: key) != nil
        {
            return .seeOther(back.path)
        }
        var page = SignInPage(back: back, configuration: gateway.configuration)
        guard let refusal = query["refused"].flatMap(SignInRefusal.init(code:)) else {
            page.explain(query["reason"].flatMap(SignInReason.init(rawValue:)), policy: gateway.sessions.policy)
            return try renderer.response(page, to: request, context)
        }
        page.refusal = refusal.explanation
        return try answer(refusal, page, request, context)
    }

    @Sendable func signIn(_ request: Request, context: GatewayContext) async throws -> Response {
        try request.requireOwnPage(gateway.configuration.publicURL)
        let form = try await request.unprotectedForm(limit: 16 << 10)
        let back = ReturnPath(form["return"])
        var page = SignInPage(back: back, configuration: gateway.configuration)
        guard let token = form.text("token") else {
            page.problem = "Enter a token."
            return try renderer.response(page, status: .unprocessableContent, to: request, context)
        }
        do {
            let key = try await gateway.signIn.with(token: token, from: context.origin)
            var response = Response.seeOther(back.path)
            response.headers.append(.init(name: .setCookie, value: gateway.sessionCookie.setting(key)))
            return response
        } catch let refusal as SignInRefusal {
            page.problem = refusal.explanation
            return try answer(refusal, page, request, context)
        }
    }

    private func answer(
        _ refusal: SignInRefusal, _ page: SignInPage, _ request: Request, _ context: GatewayContext
    ) throws -> Response {
        var response = try renderer.response(page, status: .init(code: refusal.status), to: request, context)
        if let seconds = refusal.retryAfter { response.headers[.retryAfter] = String(seconds) }
        return response
    }
}

/// The form to sign in with.
struct SignInPage: ConsolePage {
    static let template = "sign-in"
    let title = "Sign in"
    /// Where the person goes on.
    let back: String
    /// Where signing in at the OpenID provider begins, where there is one.
    let providerPath: String?
    let providerName: String?
    /// What is wrong with the token.
    var problem: String?
    /// Why the provider's word did not suffice.
    var refusal: String?
    /// Why the person is here.
    private(set) var reason: String?

    init(back: ReturnPath, configuration: APIGatewayConfiguration) {
        self.back = back.path
        providerName = configuration.openID?.name
        providerPath = configuration.openID.map { _ in "/sign-in/openid?return=\(back.encoded)" }
    }

    /// Says why someone is here who did not ask for it.
    mutating func explain(_ reason: SignInReason?, policy: SessionPolicy) {
        switch reason {
        case .sessionOver:
            self.reason =
                "You were signed out, because the session was not used for \(policy.idleLimit.inWords), or was ended by an "
                + "admin or from another browser, or because its token was revoked. Sign in to go on where you were."
        case .signedOut: self.reason = "You are signed out."
        case nil: self.reason = nil
        }
    }
}

extension TimeInterval {
    /// A length of time in whole hours or minutes.
    fileprivate var inWords: String {
        let minutes = Int(self / 60)
        let (count, unit) = minutes.isMultiple(of: 60) ? (minutes / 60, "hour") : (minutes, "minute")
        return "\(count) \(unit)\(count == 1 ? "" : "s")"
    }
}
