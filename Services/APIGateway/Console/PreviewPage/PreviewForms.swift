import Hummingbird
import PreviewDomain

/// What people do with a preview by its page's buttons.
struct PreviewForms: Sendable {
    let gateway: Gateway

    func register(on group: RouterGroup<GatewayContext>) {
        group.post("/previews/:id/approve") { request, context in
            try await perform(.approve(service: nil), request, context, role: .approver, said: "Approved.")
        }
        group.post("/previews/:id/services/:service/approve") { request, context in
            let service = try context.parameters.require("service")
            return try await perform(
                .approve(service: service), request, context, role: .approver, said: "Approved \(service).")
        }
    }

    /// Carries out an action, and goes back to the preview's page, which says how it went.
    private func perform(
        _ action: PreviewActions.Action, _ request: Request, _ context: GatewayContext, role: Role, said: String
    ) async throws -> Response {
        _ = try await request.form(context)
        let principal = try context.principal(atLeast: role)
        let id = try context.previewID()
        let page = "/previews/\(id.rawValue)"
        do {
            let stored = try await gateway.actions.perform(
                action, on: id, organization: principal.organization, by: principal.name,
                cause: request.cause(of: principal, context: context))
            guard stored != nil else { throw Problem.noPreview(id.rawValue) }
            return .seeOther(page, notice: .success(said))
        } catch let refusal as TransitionRefusal {
            return .seeOther(page, notice: .failure(refusal.explanation))
        }
    }
}
