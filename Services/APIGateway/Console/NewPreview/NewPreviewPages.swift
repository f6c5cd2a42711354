import Foundation
import Hummingbird
import PreviewDomain

/// New preview: five steps over a draft that the server keeps.
struct NewPreviewPages: Sendable {
    let gateway: Gateway
    let renderer: ConsoleRenderer

    var drafts: DraftStore { DraftStore(database: gateway.store.database, now: gateway.store.now) }
    var validation: PreviewOrderValidation { gateway.creation.validation }

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("/previews/new", use: begin)
        group.get("/previews/new/:draft", use: resume)
        group.post("/previews/new/:draft/discard", use: discard)
        for step in WizardStep.allCases {
            group.get("/previews/new/:draft/\(step.rawValue)") { try await show(step, $0, $1) }
            group.post("/previews/new/:draft/\(step.rawValue)") { try await take(step, $0, $1) }
        }
    }

    /// A draft of the person who asks, with what the server says of it.
    struct Opened: Sendable {
        let stored: DraftStore.Stored
        let review: DraftReview
        let catalogue: Catalogue
        let organization: OrganizationName
    }

    @Sendable func resume(_ request: Request, context: GatewayContext) async throws -> Response {
        let stored = try await load(context)
        return .seeOther(try stored.previewPath ?? Self.path(stored.id, open(stored, context).review.open))
    }

    @Sendable func discard(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try await request.form(context)
        _ = try context.principal(atLeast: .developer)
        try await drafts.discard(try context.parameters.require("draft"), owner: try owner(context))
        return .seeOther("/previews", notice: .success("The draft is discarded."))
    }

    private func show(_ step: WizardStep, _ request: Request, _ context: GatewayContext) async throws -> Response {
        let stored = try await load(context)
        if let path = stored.previewPath { return .seeOther(path) }
        let opened = try open(stored, context)
        guard step <= opened.review.open else {
            return .seeOther(
                Self.path(opened.stored.id, opened.review.open), notice: .failure(opened.review.reasonToStay))
        }
        return try await page(step, of: opened, query: request.query, request, context)
    }

    /// A step's page.
    ///
    /// - Parameter query: which part of the step it shows.
    func page(
        _ step: WizardStep, of opened: Opened, query: Form, _ request: Request, _ context: GatewayContext
    ) async throws -> Response {
        let content: any Sendable =
            switch step {
            case .applications: try await applications(opened, query: query, context)
            case .configuration: try await configuration(opened)
            case .network: network(opened)
            case .variables: try await variables(opened, query: query)
            case .review: try await review(opened)
            }
        return try renderer.response(WizardPage(step, of: opened, content: content), to: request, context)
    }

    /// The draft that the path names.
    func load(_ context: GatewayContext) async throws -> DraftStore.Stored {
        _ = try context.principal(atLeast: .developer)
        let id = try context.parameters.require("draft")
        guard let stored = try await drafts.load(id, owner: try owner(context)) else { throw Problem.noDraft }
        return stored
    }

    func open(_ stored: DraftStore.Stored, _ context: GatewayContext) throws -> Opened {
        let catalogue = gateway.catalogue.current
        return Opened(
            stored: stored, review: DraftReview(stored.draft, validation: validation, catalogue: catalogue),
            catalogue: catalogue, organization: try context.principal(atLeast: .developer).organization)
    }

    func owner(_ context: GatewayContext) throws -> DraftStore.Owner {
        guard let session = context.session else { throw Problem.unauthorized("Sign in to the console.") }
        return DraftStore.Owner(session)
    }

    static func path(_ draft: String, _ step: WizardStep) -> String { "/previews/new/\(draft)/\(step.rawValue)" }
}

extension Problem {
    /// The person has no draft of the id.
    static let noDraft = Problem(
        .notFound, "no-draft",
        "You have no such draft: it was discarded, has made room for newer ones, is older than 7 days, or is somebody "
            + "else's. Begin a new preview.")
}

extension DraftStore.Stored {
    /// The page of the preview that it became.
    var previewPath: String? { preview.map { "/previews/\($0.rawValue)" } }
}
