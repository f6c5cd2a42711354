import HTTPTypes
import Hummingbird
import PreviewDomain

/// What a person does with the session: end it, change the organization, choose a theme.
struct SessionActions: Sendable {
    let gateway: Gateway

    func register(on group: RouterGroup<GatewayContext>) {
        group.post("/sign-out", use: signOut)
        group.post("/session/organization", use: chooseOrganization)
        group.post("/session/theme", use: chooseTheme)
    }

    @Sendable func signOut(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try await request.form(context)
        if let key = gateway.sessionCookie.key(in: request.headers) {
            try await gateway.signIn.out(key, from: context.origin)
        }
        var response = Response.seeOther("/sign-in")
        response.headers.append(.init(name: .setCookie, value: gateway.sessionCookie.clearing))
        return response
    }

    @Sendable func chooseOrganization(_ request: Request, context: GatewayContext) async throws -> Response {
        let form = try await request.form(context)
        guard let organization = OrganizationName(rawValue: form["organization"] ?? ""),
            let key = gateway.sessionCookie.key(in: request.headers),
            try await gateway.sessions.choose(organization, of: key, from: context.origin)
        else { throw Problem(.forbidden, "forbidden", "You are no member of that organization.") }
        return .seeOther("/previews")
    }

    @Sendable func chooseTheme(_ request: Request, context: GatewayContext) async throws -> Response {
        let form = try await request.form(context)
        var response = Response.seeOther(ReturnPath(form["return"]).path)
        let choice = Theme(rawValue: form["theme"] ?? "")
        response.headers.append(.init(name: .setCookie, value: Theme.header(choice)))
        return response
    }
}
