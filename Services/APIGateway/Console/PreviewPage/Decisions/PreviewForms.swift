import Hummingbird
import PreviewDomain

/// What people do with a preview by its page's buttons.
struct PreviewForms: Sendable {
    let gateway: Gateway

    func register(on group: RouterGroup<GatewayContext>) {
        group.post("/previews/:id/approve") { request, context in
            try await perform(request, context, role: .approver, said: "Approved.") {
                .approve(service: nil, generation: $0.generation)
            }
        }
        group.post("/previews/:id/services/:service/approve") { request, context in
            let service = try context.parameters.require("service")
            return try await perform(request, context, role: .approver, said: "Approved \(service).") {
                .approve(service: service, generation: $0.generation)
            }
        }
        group.post("/previews/:id/retry") { request, context in
            try await perform(request, context, role: .developer, said: "What failed is tried again.") { _ in
                .retry(force: false)
            }
        }
        group.post("/previews/:id/extend", use: extend)
    }

    @Sendable func extend(_ request: Request, context: GatewayContext) async throws -> Response {
        let form = try await request.form(context)
        let principal = try context.principal(atLeast: .developer)
        let id = try context.previewID()
        let page = "/previews/\(id.rawValue)"
        guard let hours = form.text("ttlHours").flatMap({ Int($0) }) else {
            return .seeOther(page, notice: .failure("Choose how long the preview is to live."))
        }
        do {
            try await gateway.update.perform(
                PreviewUpdate.Change(ttlHours: hours, services: []), problems: [], on: id, by: principal,
                cause: request.cause(of: principal, context: context))
            return .seeOther(page, notice: .success("The preview lives \(hours) hours from its creation now."))
        } catch let problem as Problem where !problem.errors.isEmpty {
            return .seeOther(page, notice: .failure(problem.errors.map(\.message).joined(separator: " ")))
        } catch let refusal as TransitionRefusal {
            return .seeOther(page, notice: .failure(refusal.explanation))
        }
    }

    /// Carries out what a form asks, and goes back to the preview's page, which says how it went.
    private func perform(
        _ request: Request, _ context: GatewayContext, role: Role, said: String,
        _ action: (Form) -> PreviewActions.Action
    ) async throws -> Response {
        let form = try await request.form(context)
        let principal = try context.principal(atLeast: role)
        return try await gateway.perform(action(form), by: principal, request, context, said: said)
    }
}

extension Form {
    /// The generation of the preview that the form's page showed.
    var generation: Int? { text("generation").flatMap { Int($0) } }
}

extension Gateway {
    /// Does something with the preview of the path, and answers with the way back to its page, which says how it went.
    func perform(
        _ action: PreviewActions.Action, by principal: Principal, _ request: Request, _ context: GatewayContext,
        said: String
    ) async throws -> Response {
        let id = try context.previewID()
        let page = "/previews/\(id.rawValue)"
        do {
            let stored = try await actions.perform(
                action, on: id, organization: principal.organization, by: principal.name,
                cause: request.cause(of: principal, context: context))
            guard stored != nil else { throw Problem.noPreviewPage(id.rawValue, principal.organization) }
            return .seeOther(page, notice: .success(said))
        } catch let refusal as TransitionRefusal {
            // Where one has to look again.
            var place = page
            if case .productionMoved = refusal { place += "/promote-anyway" }
            return .seeOther(place, notice: .failure(refusal.explanation))
        }
    }

    /// The preview of the path, as the one who asks looks at it.
    func sight(for viewer: Principal, _ context: GatewayContext) async throws -> PreviewSight {
        let id = try context.previewID()
        guard let stored = try await store.load(id, organization: viewer.organization) else {
            throw Problem.noPreviewPage(id.rawValue, viewer.organization)
        }
        return PreviewSight(stored, viewer: viewer, gateway: self)
    }
}
