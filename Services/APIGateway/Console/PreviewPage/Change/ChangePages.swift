import HTTPTypes
import Hummingbird
import Persistence
import PreviewDomain

/// The page that changes a preview.
struct ChangePages: Sendable {
    let gateway: Gateway
    let renderer: ConsoleRenderer

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("/previews/:id/change", use: show)
        group.post("/previews/:id/change", use: change)
    }

    @Sendable func show(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .developer)
        let sight = try await gateway.sight(for: principal, context)
        if let reason = PreviewControls(sight).change.reason {
            return .seeOther(sight.path, notice: .failure(reason))
        }
        let form = ChangeForm(sight.preview, limits: sight.limits)
        return try renderer.response(try await page(sight, form), to: request, context)
    }

    @Sendable func change(_ request: Request, context: GatewayContext) async throws -> Response {
        let fields = try await request.form(context)
        let principal = try context.principal(atLeast: .developer)
        let sight = try await gateway.sight(for: principal, context)
        let form = ChangeForm(fields, over: sight.preview, limits: sight.limits)
        func again(_ errors: [FieldProblem] = [], _ problem: String? = nil) async throws -> Response {
            let page = try await page(sight, form, errors: errors, problem: problem)
            return try renderer.response(page, status: .unprocessableContent, to: request, context)
        }
        do {
            var (change, problems) = try gateway.update.reading(
                form.body(for: sight.preview, limits: sight.limits), for: sight.preview.cluster)
            change.generation = form.generation
            try await gateway.update.perform(
                change, problems: problems, on: sight.preview.id, by: principal,
                cause: request.cause(of: principal, context: context))
            return .seeOther(sight.path, notice: .success(try await said(since: sight, context)))
        } catch let problem as Problem where !problem.errors.isEmpty {
            return try await again(problem.errors)
        } catch let problem as Problem where problem.status == .serviceUnavailable {
            return try await again([], problem.detail)
        } catch TransitionRefusal.outdated {
            return try await again(
                [], "The preview was changed meanwhile. Compare what you typed with its page, and send it again.")
        } catch let refusal as TransitionRefusal {
            return .seeOther(sight.path, notice: .failure(refusal.explanation))
        }
    }

    /// The page over what was typed, with the versions known of the services' images.
    private func page(
        _ sight: PreviewSight, _ form: ChangeForm, errors: [FieldProblem] = [], problem: String? = nil
    ) async throws -> ChangePage {
        let repositories = sight.preview.services.compactMap { sight.application(of: $0) }.map {
            ImageReference($0.image).repository
        }
        let versions = try await gateway.store.database.read { database in
            try VersionTable.versions(of: Set(repositories), for: sight.preview.organization, in: database)
        }
        return ChangePage(sight, form, versions: versions, errors: errors, problem: problem)
    }

    /// What became of it, in words.
    private func said(since before: PreviewSight, _ context: GatewayContext) async throws -> String {
        let after = try await gateway.sight(for: before.viewer, context)
        guard after.preview != before.preview else { return "Nothing was different; nothing was changed." }
        let withdrawn = before.preview.services.filter { service in
            before.preview.isApproved(service)
                && after.preview.service(named: service.name).map { !after.preview.isApproved($0) } ?? true
        }.map(\.name)
        switch withdrawn.count {
        case 0: return "The preview was changed."
        case 1: return "The preview was changed; the approval of \(withdrawn[0]) is withdrawn."
        default:
            return "The preview was changed; the approvals of \(withdrawn.joined(separator: ", ")) are withdrawn."
        }
    }
}
