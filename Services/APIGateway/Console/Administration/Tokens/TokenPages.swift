import Hummingbird
import Persistence
import PreviewDomain

/// The organization's tokens, for its admins; the first admin sees those of all organizations.
struct TokenPages: Sendable {
    let gateway: Gateway
    let renderer: ConsoleRenderer

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("/tokens", use: list)
        group.get("/tokens/new", use: order)
        group.post("/tokens", use: make)
        group.get("/tokens/:token/revoke", use: askToRevoke)
        group.post("/tokens/:token/revoke", use: revoke)
    }

    @Sendable func list(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        let query = try NameQuery(request.query)
        let isNamed = principal.isBootstrap && request.query.text("organization") != nil
        let chosen = isNamed ? try request.organization(of: principal) : nil
        let wanted = principal.isBootstrap ? chosen : principal.organization
        let found = try await gateway.tokens.page(query, organization: wanted)
        var address = PageAddress("/tokens")
        if let chosen { address = address.adding("organization", chosen.rawValue) }
        let page = TokenListPage(
            found.items, listing: NameListing(found, of: query, at: address, noun: "token"),
            organizations: try await organizations(of: principal), chosen: chosen, viewer: principal)
        return try renderer.response(page, to: request, context)
    }

    @Sendable func order(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        return try renderer.response(try await page(of: principal), to: request, context)
    }

    @Sendable func make(_ request: Request, context: GatewayContext) async throws -> Response {
        let form = try await request.form(context)
        let principal = try context.principal(atLeast: .admin)
        var page = try await page(of: principal)
        page.take(form)
        var problems: [FieldProblem] = []
        let order = TokenOrder(
            name: page.name ?? "", role: page.role ?? "", organization: page.organization, problems: &problems)
        guard let order else {
            page.show(problems)
            return try renderer.response(page, status: .unprocessableContent, to: request, context)
        }
        do {
            let made = try await order.fulfil(
                in: gateway.tokens, by: principal, cause: request.cause(of: principal, context: context),
                at: gateway.store.now())
            let shown = MadeTokenPage(made.description, token: made.token, address: gateway.configuration.publicURL)
            return try renderer.response(shown, status: .created, to: request, context)
        } catch let problem as Problem where problem.status == .conflict {
            page.show([FieldProblem("name", .duplicate, problem.detail)])
            return try renderer.response(page, status: problem.status, to: request, context)
        }
    }

    @Sendable func askToRevoke(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        let token = try await token(of: principal, context)
        let sessions = try await gateway.store.database.read { [gateway] in
            try SessionTable.count(
                .token(id: token.id), policy: gateway.sessions.policy, now: gateway.store.now(), in: $0)
        }
        let page = TokenRevocationPage(TokenRow(token, own: principal.tokenID), sessions: sessions)
        return try renderer.response(page, to: request, context)
    }

    @Sendable func revoke(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try await request.form(context)
        let principal = try context.principal(atLeast: .admin)
        let token = try await token(of: principal, context)
        do {
            _ = try await gateway.tokens.revoke(
                id: token.id, organization: token.organization,
                cause: request.cause(of: principal, context: context), at: gateway.store.now())
            return .seeOther("/tokens", notice: .success("Revoked the token \(token.name)."))
        } catch let problem as Problem where problem.status == .conflict {
            return .seeOther("/tokens", notice: .failure("\(token.name) was not revoked. \(problem.detail)"))
        }
    }

    /// The token that the path names, where the one who asks manages it.
    private func token(of principal: Principal, _ context: GatewayContext) async throws -> TokenDescription {
        let id = try context.parameters.require("token")
        guard let token = try await gateway.tokens.token(id: id), principal.manages(token.organization) else {
            throw Problem(.notFound, "not-found", "There is no such token; it may have been revoked already.")
        }
        return token
    }

    private func page(of principal: Principal) async throws -> NewTokenPage {
        NewTokenPage(
            organization: principal.organization.rawValue, choosesOrganization: principal.isBootstrap,
            organizations: try await organizations(of: principal))
    }

    /// The organizations that the one who asks may choose from.
    private func organizations(of principal: Principal) async throws -> [String] {
        principal.isBootstrap ? try await gateway.store.database.read(OrganizationTable.all) : []
    }
}
