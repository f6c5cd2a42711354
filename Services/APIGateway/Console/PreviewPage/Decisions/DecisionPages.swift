import HTTPTypes
import Hummingbird
import PreviewDomain

/// Decisions that are asked about once more: rejecting, tearing down, promoting although production moved on.
struct DecisionPages: Sendable {
    let gateway: Gateway
    let renderer: ConsoleRenderer

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("/previews/:id/reject") { request, context in
            try await ask(request, context, role: .approver, \.reject) { RejectPage($0) }
        }
        group.post("/previews/:id/reject", use: reject)
        group.get("/previews/:id/tear-down") { request, context in
            try await ask(request, context, role: .developer, \.tearDown) { TearDownPage($0) }
        }
        group.post("/previews/:id/tear-down", use: tearDown)
        group.get("/previews/:id/promote-anyway") { request, context in
            try await ask(request, context, role: .approver, \.force) { PromoteAnywayPage($0) }
        }
        group.post("/previews/:id/promote-anyway", use: promoteAnyway)
    }

    @Sendable func reject(_ request: Request, context: GatewayContext) async throws -> Response {
        let form = try await request.form(context)
        let principal = try context.principal(atLeast: .approver)
        let reason = form.text("reason")
        if let problem = PreviewActions.problem(ofReason: reason) {
            let page = RejectPage(
                try await gateway.sight(for: principal, context), reason: reason, problem: problem.message)
            return try renderer.response(page, status: .unprocessableContent, to: request, context)
        }
        return try await gateway.perform(
            .reject(reason: reason), by: principal, request, context, said: "Rejected; the cleanup has begun.")
    }

    @Sendable func tearDown(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try await request.form(context)
        let principal = try context.principal(atLeast: .developer)
        return try await gateway.perform(
            .tearDown, by: principal, request, context, said: "Torn down; the cleanup has begun.")
    }

    @Sendable func promoteAnyway(_ request: Request, context: GatewayContext) async throws -> Response {
        let form = try await request.form(context)
        let principal = try context.principal(atLeast: .approver)
        guard form["confirmed"] == "yes" else {
            let sight = try await gateway.sight(for: principal, context)
            let page = PromoteAnywayPage(sight, problem: "Confirm that production may be changed.")
            return try renderer.response(page, status: .unprocessableContent, to: request, context)
        }
        let looked = form.all("looked").compactMap { name in form["production|\(name)"].map { (name, $0) } }
        return try await gateway.perform(
            .retry(force: true, production: Dictionary(looked) { $1 }), by: principal, request, context,
            said: "The promotion is tried again.")
    }

    /// Shows the page that asks, or goes back where there is nothing to ask.
    private func ask(
        _ request: Request, _ context: GatewayContext, role: Role, _ control: (PreviewControls) -> Control?,
        _ page: (PreviewSight) -> some ConsolePage
    ) async throws -> Response {
        let principal = try context.principal(atLeast: role)
        let sight = try await gateway.sight(for: principal, context)
        guard let control = control(PreviewControls(sight)) else {
            return .seeOther(sight.path, notice: .failure("There is nothing to confirm any more."))
        }
        if let reason = control.reason { return .seeOther(sight.path, notice: .failure(reason)) }
        return try renderer.response(page(sight), to: request, context)
    }
}

/// Asks why a preview is rejected.
struct RejectPage: ConsolePage {
    static let template = "reject"
    var title: String { "Reject \(name)" }
    let section: ConsoleSection? = .previews
    let name: String
    let path: String
    let limit = PreviewActions.reasonLength
    let reason: String?
    let problem: String?
    let removal: Removal

    init(_ sight: PreviewSight, reason: String? = nil, problem: String? = nil) {
        name = sight.preview.name
        path = sight.path
        self.reason = reason
        self.problem = problem
        removal = Removal(sight)
    }
}

/// Says what goes with a preview, before it is torn down.
struct TearDownPage: ConsolePage {
    static let template = "tear-down"
    var title: String { "Tear down \(name)" }
    let section: ConsoleSection? = .previews
    let name: String
    let path: String
    let removal: Removal

    init(_ sight: PreviewSight) {
        name = sight.preview.name
        path = sight.path
        removal = Removal(sight)
    }
}

/// Asks whether production may be changed although it is not what the preview was made from.
struct PromoteAnywayPage: ConsolePage {
    /// A promotion that would be tried again.
    struct Promotion: Sendable {
        let service: String
        let version: VersionDifference
        /// What the preview was made from.
        let source: String
        /// What production runs by now, as the clusters' catalogue says.
        let present: String?
        let message: String
    }

    static let template = "promote-anyway"
    var title: String { "Promote \(name) anyway" }
    let section: ConsoleSection? = .previews
    let name: String
    let path: String
    let promotions: [Promotion]
    let problem: String?

    init(_ sight: PreviewSight, problem: String? = nil) {
        name = sight.preview.name
        path = sight.path
        self.problem = problem
        promotions = sight.preview.services.compactMap { service in
            guard let fact = sight.failedPromotions.first(where: { $0.part == .promotion(service.name) }) else {
                return nil
            }
            let application = sight.catalogue.application(service.application, on: sight.preview.cluster)
            let present = application?.currentVersion
            return Promotion(
                service: service.name,
                version: .init(from: present ?? service.sourceVersion, to: service.targetVersion),
                source: service.sourceVersion, present: present, message: fact.failure?.message ?? "It failed.")
        }
    }
}
