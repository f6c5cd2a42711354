import HTTPTypes
import Hummingbird
import Persistence
import PreviewDomain

/// What was done in the organization, for its admins.
struct AuditPages: Sendable {
    let gateway: Gateway
    let renderer: ConsoleRenderer

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("/audit", use: list)
    }

    @Sendable func list(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        let organization = principal.organization
        let actors = try await gateway.store.database.read { try AuditTable.actors(organization: organization, in: $0) }
        let filter = AuditFilter(request.query)
        do {
            let query = try AuditList.Query(request.query)
            let found = try await gateway.audit.page(query, organization: organization)
            let names = try await gateway.store.database.read {
                try AuditTable.previewNames(of: found.items, organization: organization, in: $0)
            }
            let lines = found.items.map { AuditLine($0, previews: names) }
            let page = AuditPage(lines, of: found, filter: filter, actors: actors)
            return try renderer.response(page, to: request, context)
        } catch let problem as Problem where problem.status == .badRequest {
            var page = AuditPage([], of: .init(items: []), filter: filter, actors: actors)
            page.show(problem.errors)
            return try renderer.response(page, status: .badRequest, to: request, context)
        }
    }
}
