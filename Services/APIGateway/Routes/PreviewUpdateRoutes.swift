import HTTPTypes
import Hummingbird
import PreviewDomain

/// Changes previews: time to live, services' settings and versions.
struct PreviewUpdateRoutes: Sendable {
    let update: PreviewUpdate
    let reading: PreviewReading

    func register(on group: RouterGroup<GatewayContext>) {
        group.patch("previews/:id", use: change)
    }

    @Sendable func change(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .developer)
        let id = try context.previewID()
        let organization = principal.organization
        let members = try RequestBody.object(try await request.bodyBytes(), of: request)
        guard let stored = try await reading.store.load(id, organization: organization) else {
            throw Problem.noPreview(id.rawValue)
        }
        let (change, problems) = try update.reading(members, for: stored.preview.cluster)
        let cause = request.cause(of: principal, context: context)
        try await update.perform(change, problems: problems, on: id, by: principal, cause: cause)
        guard let body = try await reading.body(of: id, organization: organization) else {
            throw Problem.noPreview(id.rawValue)
        }
        return .json(body)
    }
}
