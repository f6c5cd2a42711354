import HTTPTypes
import Hummingbird
import PreviewDomain

/// Shows and ends the sessions of an organization's people.
struct SessionRoutes: Sendable {
    let sessions: SessionStore

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("sessions", use: index)
        group.delete("sessions/:session", use: end)
    }

    @Sendable func index(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        let organization = try request.organization(of: principal)
        return try .json(try await sessions.page(SessionQuery(request.query), organization: organization))
    }

    @Sendable func end(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        let organization = try request.organization(of: principal)
        let id = try context.parameters.require("session")
        let cause = request.cause(of: principal, context: context)
        guard try await sessions.end(id: id, organization: organization, cause: cause) else {
            throw Problem(
                .notFound, "not-found", "There is no session \(id.prefix(60)); GET /api/v1/sessions lists them.")
        }
        return Response(status: .noContent)
    }
}
