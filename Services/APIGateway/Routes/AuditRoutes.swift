import HTTPTypes
import Hummingbird
import NIOCore
import PreviewDomain

/// Shows what was done in an organization, and by whom. For admins only: it tells people's addresses and programs;
/// what happened to a preview its timeline tells to everyone.
struct AuditRoutes: Sendable {
    let audit: AuditList

    func register(on group: RouterGroup<GatewayContext>) { group.get("audit", use: index) }

    @Sendable func index(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .admin)
        let organization = try request.organization(of: principal)
        let query = try AuditList.Query(request.query)
        // A link can't send headers.
        let isTable =
            request.headers[.accept]?.lowercased().contains("text/csv") == true
            || request.query["format"] == "csv"
        if isTable {
            return export(query, organization: organization)
        }
        return try .json(try await audit.page(query, organization: organization))
    }

    /// All entries from the query's cursor on, page by page as the reader takes them.
    private func export(_ query: AuditList.Query, organization: OrganizationName) -> Response {
        let headers: HTTPFields = [
            .contentType: "text/csv; charset=utf-8", .contentDisposition: "attachment; filename=\"audit.csv\"",
            .cacheControl: "no-store",
        ]
        let body = ResponseBody { [audit] writer in
            var query = query
            query.limit = 200
            try await writer.write(ByteBuffer(string: AuditCSV.header))
            while true {
                let page = try await audit.page(query, organization: organization)
                try await writer.write(ByteBuffer(string: page.items.map(AuditCSV.row).joined()))
                guard let cursor = page.nextCursor else { break }
                query.before = Int64(cursor)
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }
}
