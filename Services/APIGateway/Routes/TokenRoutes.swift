import Foundation
import HTTPTypes
import Hummingbird
import PreviewDomain

/// Makes, lists and revokes tokens.
struct TokenRoutes: Sendable {
    let tokens: TokenStore
    let now: @Sendable () -> Date

    func register(on group: RouterGroup<GatewayContext>) {
        group.post("tokens", use: create)
        group.get("tokens", use: index)
        group.delete("tokens/:token", use: revoke)
    }

    private struct Made: Encodable {
        var id: String
        var organization: OrganizationName
        var name: String
        var role: Role
        var createdAt: Date
        var createdBy: String
        /// Shown this once.
        var token: String
    }

    @Sendable func create(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        var reader = ObjectReader(try RequestBody.object(try await request.bodyBytes(), of: request))
        let name = reader.string("name") ?? ""
        let roleName = reader.string("role") ?? ""
        let organizationName = reader.string("organization") ?? principal.organization.rawValue
        reader.rejectUnknownMembers()
        var problems: [FieldProblem] = []
        let order = TokenOrder(name: name, role: roleName, organization: organizationName, problems: &problems)
        let all = reader.problems.joined(with: problems)
        guard all.isEmpty, let order else { throw Problem.invalid(all) }
        let (token, description) = try await order.fulfil(
            in: tokens, by: principal, cause: request.cause(of: principal, context: context), at: now())
        return try .json(
            Made(
                id: description.id, organization: description.organization, name: description.name,
                role: description.role, createdAt: description.createdAt, createdBy: description.createdBy, token: token
            ),
            status: .created, headers: [.location: "/api/v1/tokens/\(description.id)", .cacheControl: "no-store"])
    }

    @Sendable func index(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        let organization = try request.organization(of: principal)
        return try .json(try await tokens.page(NameQuery(request.query), organization: organization))
    }

    @Sendable func revoke(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        let id = try context.parameters.require("token")
        let organization = try request.organization(of: principal)
        let cause = request.cause(of: principal, context: context)
        guard try await tokens.revoke(id: id, organization: organization, cause: cause, at: now()) else {
            throw Problem(.notFound, "not-found", "There is no token \(id.prefix(60)); GET /api/v1/tokens lists them.")
        }
        return Response(status: .noContent)
    }
}
