import HTTPTypes
import Hummingbird
import PreviewDomain

/// What a person does with the session: end it, change the organization, choose a theme.
struct SessionActions: Sendable {
    let gateway: Gateway
    let renderer: ConsoleRenderer

    func register(on group: RouterGroup<GatewayContext>) {
        group.post("/sign-out", use: signOut)
        group.post("/session/organization", use: chooseOrganization)
        group.post("/session/theme", use: chooseTheme)
        group.post("/session/end", use: end)
    }

    @Sendable func signOut(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try await request.form(context)
        var providerURL: String?
        if let key = gateway.sessionCookie.key(in: request.headers) {
            providerURL = try await gateway.signIn.out(key, from: context.origin)
        }
        var response = Response.seeOther("/sign-in?reason=\(SignInReason.signedOut.rawValue)")
        if let providerURL, let name = gateway.configuration.openID?.name {
            // A link, because browsers let no form lead to another host here.
            var context = context
            context.session = nil
            let page = SignedOutPage(providerName: name, providerURL: providerURL)
            response = try renderer.response(page, to: request, context)
        }
        response.headers.append(.init(name: .setCookie, value: gateway.sessionCookie.clearing))
        return response
    }

    @Sendable func chooseOrganization(_ request: Request, context: GatewayContext) async throws -> Response {
        let form = try await request.form(context)
        guard let organization = OrganizationName(rawValue: form["organization"] ?? ""),
            let key = gateway.sessionCookie.key(in: request.headers),
            try await gateway.sessions.choose(organization, of: key, from: context.origin)
        else { throw Problem(.forbidden, "forbidden", "You are no member of that organization.") }
        return .seeOther("/previews", notice: .success("You are in \(organization) now."))
    }

    @Sendable func chooseTheme(_ request: Request, context: GatewayContext) async throws -> Response {
        let form = try await request.form(context)
        var response = Response.seeOther(ReturnPath(form["return"]).path)
        let choice = Theme(rawValue: form["theme"] ?? "")
        response.headers.append(.init(name: .setCookie, value: Theme.header(choice)))
        return response
    }

    /// Ends one of the person's own sessions.
    @Sendable func end(_ request: Request, context: GatewayContext) async throws -> Response {
        let form = try await request.form(context)
        let principal = try context.principal(atLeast: .viewer)
        let own = try await gateway.ownSessions(context)
        guard let session = own.first(where: { $0.id == form["session"] }) else {
            return .seeOther("/session", notice: .failure("That session is over already, or is not yours."))
        }
        _ = try await gateway.sessions.end(
            id: session.id, organization: session.organization, cause: request.cause(of: principal, context: context))
        return .seeOther("/session", notice: .success("The session is ended."))
    }
}

/// Says that the provider does not know yet that someone has signed out here.
struct SignedOutPage: ConsolePage {
    static let template = "signed-out"
    let title = "Signed out"
    let providerName: String
    let providerURL: String
}
