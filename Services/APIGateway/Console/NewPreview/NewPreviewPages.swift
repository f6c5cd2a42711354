import Foundation
import HTTPTypes
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

    /// Begins a draft: empty, from an application, or from a preview.
    @Sendable func begin(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .developer)
        let query = Form(request.uri.query ?? "")
        let limits = validation.limits
        var draft = PreviewDraft(limits: limits)
        var step = WizardStep.applications
        var notice: Notice?
        if let from = query.text("from") {
            guard let id = PreviewID(rawValue: from),
                let stored = try await gateway.store.load(id, organization: principal.organization)
            else { throw Problem.noPreview(from) }
            draft = PreviewDraft(again: stored.preview, limits: limits)
            step = min(
                DraftReview(draft, validation: validation, catalogue: gateway.catalogue.current).open, .configuration)
            notice = .success("This is a copy of \(stored.preview.name); change what you like.")
        } else if let name = query.text("application") {
            let pieces = name.split(separator: "/", maxSplits: 1).map(String.init)
            guard pieces.count == 2, let reference = ApplicationReference(pieces[1]),
                let application = gateway.catalogue.current.application(reference, on: pieces[0])
            else { throw Problem(.notFound, "not-found", "There is no application \(name.prefix(200)).") }
            if application.problem == nil { draft.choose(application) }
        }
        let id = try await drafts.begin(draft, owner: try owner(context))
        return .seeOther(Self.path(id, step), notice: notice)
    }

    @Sendable func resume(_ request: Request, context: GatewayContext) async throws -> Response {
        let opened = try await open(context)
        return .seeOther(finished(opened) ?? Self.path(opened.stored.id, opened.review.open))
    }

    @Sendable func discard(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try await request.form(context)
        _ = try context.principal(atLeast: .developer)
        try await drafts.discard(try context.parameters.require("draft"), owner: try owner(context))
        return .seeOther("/previews", notice: .success("The draft is discarded."))
    }

    private func show(_ step: WizardStep, _ request: Request, _ context: GatewayContext) async throws -> Response {
        let opened = try await open(context)
        if let path = finished(opened) { return .seeOther(path) }
        guard step <= opened.review.open else {
            return .seeOther(
                Self.path(opened.stored.id, opened.review.open), notice: .failure(opened.review.reasonToStay))
        }
        let query = Form(request.uri.query ?? "")
        let content: any Sendable =
            switch step {
            case .applications: try await applications(opened, query: query, context)
            case .configuration: try await configuration(opened)
            case .network: try await network(opened)
            case .variables: try await variables(opened, query: query)
            case .review: try await review(opened)
            }
        return try renderer.response(WizardPage(step, of: opened, content: content), to: request, context)
    }

    /// Keeps what was typed, and goes where the person wants to go.
    private func take(_ step: WizardStep, _ request: Request, _ context: GatewayContext) async throws -> Response {
        let form = try await request.form(context)
        _ = try context.principal(atLeast: .developer)
        let before = try await open(context)
        if let path = finished(before) { return .seeOther(path) }
        let wish = Wish(form, at: step)
        let catalogue = before.catalogue
        let stored = try await drafts.change(before.stored.id, owner: try owner(context)) { draft in
            switch step {
            case .applications: ApplicationsForm(form).apply(to: &draft, catalogue: catalogue)
            case .configuration: ConfigurationForm(form).apply(to: &draft)
            case .network: NetworkForm(form).apply(to: &draft)
            case .variables: VariablesForm(form, catalogue: catalogue).apply(to: &draft)
            case .review: break
            }
            if case .next = wish, step != .review { draft.visited.insert(step) }
        }
        guard let stored else { throw Self.noDraft }
        let review = DraftReview(stored.draft, validation: validation, catalogue: catalogue)
        switch wish {
        case .stay(let query): return .seeOther(Self.path(stored.id, step) + query)
        case .go(let wanted):
            guard wanted > review.open else { return .seeOther(Self.path(stored.id, wanted)) }
            return .seeOther(Self.path(stored.id, review.open), notice: .failure(review.reasonToStay))
        case .next:
            guard step == .review else {
                let isDone = review.problems(at: step).isEmpty
                return .seeOther(Self.path(stored.id, isDone ? step.next ?? .review : step))
            }
            return try await create(review, stored, request, context)
        }
    }

    /// Creates the preview, once however often the button is pressed.
    private func create(
        _ review: DraftReview, _ stored: DraftStore.Stored, _ request: Request, _ context: GatewayContext
    ) async throws -> Response {
        let principal = try context.principal(atLeast: .developer)
        guard review.open == .review else {
            return .seeOther(Self.path(stored.id, review.open), notice: .failure(review.reasonToStay))
        }
        let origin = PreviewCreation.Origin(
            organization: principal.organization, kind: .console,
            cause: request.cause(of: principal, context: context), by: principal.name, id: stored.draft.id,
            repetition: .init(
                organization: principal.organization, actor: principal.name, key: "draft:\(stored.id)",
                fingerprint: stored.id))
        do {
            let (created, _) = try await gateway.creation.create(
                review.order, problems: review.problems, origin: origin)
            try await drafts.finish(stored.id, as: created.preview.id, limits: validation.limits)
            return .seeOther(
                "/previews/\(created.preview.id.rawValue)", notice: .success("The preview is being created."))
        } catch let problem as Problem where ["id-taken", "host-taken"].contains(problem.code) {
            // Somebody else was given that very id meanwhile.
            _ = try await drafts.change(stored.id, owner: try owner(context)) { $0.id = .random() }
            return .seeOther(
                Self.path(stored.id, .review), notice: .failure("The preview's hosts were taken; it has others now."))
        } catch let problem as Problem where problem.status.code < 500 {
            return .seeOther(
                Self.path(stored.id, .review), notice: .failure(problem.errors.first?.message ?? problem.detail))
        }
    }

    private func open(_ context: GatewayContext) async throws -> Opened {
        let principal = try context.principal(atLeast: .developer)
        let id = try context.parameters.require("draft")
        guard let stored = try await drafts.load(id, owner: try owner(context)) else { throw Self.noDraft }
        let catalogue = gateway.catalogue.current
        return Opened(
            stored: stored, review: DraftReview(stored.draft, validation: validation, catalogue: catalogue),
            catalogue: catalogue, organization: principal.organization)
    }

    func owner(_ context: GatewayContext) throws -> DraftStore.Owner {
        guard let session = context.session else { throw Problem.unauthorized("Sign in to the console.") }
        return DraftStore.Owner(session)
    }

    private func finished(_ opened: Opened) -> String? { opened.stored.preview.map { "/previews/\($0.rawValue)" } }

    static func path(_ draft: String, _ step: WizardStep) -> String { "/previews/new/\(draft)/\(step.rawValue)" }

    private static let noDraft = Problem(
        .notFound, "no-draft",
        "You have no such draft: it was discarded, is older than 7 days, or is somebody else's. Begin a new preview.")
}

/// Where the person wants to go with what was typed.
enum Wish: Sendable {
    case next
    case go(WizardStep)
    /// Stays on the page, with a query.
    case stay(query: String)

    init(_ form: Form, at step: WizardStep) {
        if form["action"] == "next" {
            self = .next
        } else if let step = form["go"].flatMap(WizardStep.init(rawValue:)) {
            self = .go(step)
        } else {
            let query = ["q", "kind"].compactMap { name in form.text(name).map { "\(name)=\(Self.encoded($0))" } }
            self = .stay(query: query.isEmpty ? "" : "?\(query.joined(separator: "&"))")
        }
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
