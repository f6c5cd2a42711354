import Hummingbird
import PreviewDomain

extension NewPreviewPages {
    /// Keeps what was typed, and goes where the person wants to go.
    func take(_ step: WizardStep, _ request: Request, _ context: GatewayContext) async throws -> Response {
        let form = try await request.form(context)
        let before = try await load(context)
        if let path = before.previewPath { return .seeOther(path) }
        if step == .review { return try await decide(try open(before, context), form, request, context) }
        let destination = WizardDestination(form, at: request)
        let (owner, catalogue) = (try owner(context), gateway.catalogue.current)
        let isChecked = destination == .next || form["action"] == "stay"
        let typed = StepForm(step, form, isChecked: isChecked, catalogue: catalogue)
        let stored: DraftStore.Stored
        do {
            let changed = try await drafts.change(before.id, owner: owner) { try typed.apply(to: &$0) }
            guard let changed else { throw Problem.noDraft }
            stored = changed
        } catch let stale as StaleForm {
            return try await fork(stale.draft, of: before, at: step, owner: owner)
        }
        // It may have become a preview since it was opened.
        if let path = stored.previewPath { return .seeOther(path) }
        let review = DraftReview(stored.draft, validation: validation, catalogue: catalogue)
        switch destination {
        case .stay(let fields): return .seeOther(PageAddress(Self.path(stored.id, step), fields: fields).text)
        case .step(let wanted): return go(to: wanted, in: stored.id, review)
        case .keep:
            // All that is wrong; the script knows what the person has come to.
            var checked = stored
            checked.draft.visited.insert(step)
            return try await page(step, of: try open(checked, context), query: Form(""), request, context)
        case .next:
            let wrong = review.problems(at: step).first.map { ProblemPlace($0).path(draft: stored.id) }
            return .seeOther(wrong ?? Self.path(stored.id, step.next ?? .review))
        }
    }

    private func go(to step: WizardStep, in draft: String, _ review: DraftReview) -> Response {
        guard step > review.open else { return .seeOther(Self.path(draft, step)) }
        return .seeOther(Self.path(draft, review.open), notice: .failure(review.reasonToStay))
    }

    /// Keeps what was typed on an outdated page beside what the draft is by now, so that neither is lost.
    private func fork(
        _ draft: PreviewDraft, of original: DraftStore.Stored, at step: WizardStep, owner: DraftStore.Owner
    ) async throws -> Response {
        var copy = draft
        copy.id = .random()
        let id = try await drafts.begin(copy, owner: owner, from: original)
        return .seeOther(
            Self.path(id, step),
            notice: .failure(
                "This step was changed in another tab after you opened it. Nothing is lost: what you typed goes on here, "
                    + "in a draft of its own; the other one is among your other drafts, in the first step."))
    }

    /// What a person decides who has looked at all of it.
    private func decide(
        _ opened: Opened, _ form: Form, _ request: Request, _ context: GatewayContext
    ) async throws -> Response {
        let (stored, review) = (opened.stored, opened.review)
        switch WizardDestination(form, at: request) {
        case .stay, .keep: return .seeOther(Self.path(stored.id, .review))
        case .step(let wanted): return go(to: wanted, in: stored.id, review)
        case .next: break
        }
        guard review.open == .review else { return go(to: .review, in: stored.id, review) }
        guard form.revision == nil || form.revision == stored.draft.revision(of: .review) else {
            return .seeOther(
                Self.path(stored.id, .review),
                notice: .failure("It was changed in another tab after you looked; look through what it is now."))
        }
        return try await create(opened, request, context)
    }

    /// Creates the preview, once however often the button is pressed.
    private func create(_ opened: Opened, _ request: Request, _ context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .developer)
        let (stored, review) = (opened.stored, opened.review)
        let origin = PreviewCreation.Origin(
            organization: principal.organization, kind: .console,
            cause: request.cause(of: principal, context: context), by: principal.name, id: stored.draft.id,
            repetition: .init(
                organization: principal.organization, actor: principal.name, key: "draft:\(stored.id)",
                fingerprint: stored.id))
        do {
            let (created, _) = try await gateway.creation.create(
                review.order, problems: review.problems, origin: origin
            ) { [limits = validation.limits] in
                try DraftStore.finish(stored.id, as: stored.draft.id, limits: limits, in: $0)
            }
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
}
