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

    private struct Page: Encodable { var items: [TokenDescription] }

    @Sendable func create(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        var reader = ObjectReader(try RequestBody.object(try await request.bodyBytes(), of: request))
        let name = reader.string("name") ?? ""
        let roleName = reader.string("role") ?? ""
        let organizationName = reader.string("organization") ?? principal.organization.rawValue
        reader.rejectUnknownMembers()
        var problems: [FieldProblem] = []
        if name.isEmpty || name.count > 100 {
            problems.append(.init("name", .required, "Give a name of 1 to 100 characters: whose token it is."))
        }
        let role = Role(rawValue: roleName)
        if role == nil {
            let roles = Role.allCases.map(\.rawValue).joined(separator: ", ")
            problems.append(.init("role", .invalid, "The role is one of \(roles)."))
        }
        let organization = OrganizationName(rawValue: organizationName)
        if organization == nil {
            let rule = "1 to 63 lower-case letters, digits and inner hyphens"
            problems.append(.init("organization", .invalid, "An organization's name has \(rule)."))
        }
        let all = reader.problems.joined(with: problems)
        guard all.isEmpty, let role, let organization else { throw Problem.invalid(all) }
        guard organization == principal.organization || principal.isBootstrap else {
            throw Problem(.forbidden, "forbidden", "You can make tokens for \(principal.organization) only.")
        }
        let made = try await tokens.make(
            organization: organization, name: name, role: role,
            cause: request.cause(of: principal, context: context), at: now())
        guard let (token, description) = made else {
            let detail = "\(organization) has a token named \(name) already; revoke it or choose another name."
            throw Problem(.conflict, "name-taken", detail)
        }
        return try .json(
            Made(
                id: description.id, organization: organization, name: name, role: role,
                createdAt: description.createdAt, createdBy: description.createdBy, token: token),
            status: .created, headers: [.location: "/api/v1/tokens/\(description.id)", .cacheControl: "no-store"])
    }

    @Sendable func index(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        return try .json(Page(items: try await tokens.list(organization: try request.organization(of: principal))))
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
