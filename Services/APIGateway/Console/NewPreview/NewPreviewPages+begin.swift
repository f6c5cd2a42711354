import Hummingbird
import PreviewDomain

extension NewPreviewPages {
    /// Begins a draft: empty, from an application, or from a preview.
    @Sendable func begin(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .developer)
        let query = request.query
        let owner = try owner(context)
        if let id = query.text("from") { return try await begin(again: id, of: principal.organization, owner: owner) }
        var draft = PreviewDraft(limits: validation.limits)
        if let name = query.text("application") {
            let pieces = name.split(separator: "/", maxSplits: 1).map(String.init)
            guard pieces.count == 2, let reference = ApplicationReference(pieces[1]),
                let application = gateway.catalogue.current.application(reference, on: pieces[0])
            else { throw Problem(.notFound, "not-found", "There is no application \(name.prefix(200)).") }
            if application.problem == nil { draft.choose(application) }
        }
        return .seeOther(Self.path(try await drafts.begin(draft, owner: owner), .applications))
    }

    private func begin(
        again text: String, of organization: OrganizationName, owner: DraftStore.Owner
    ) async throws -> Response {
        guard let id = PreviewID(rawValue: text),
            let stored = try await gateway.store.load(id, organization: organization)
        else { throw Problem.noPreview(text) }
        let draft = PreviewDraft(again: stored.preview, limits: validation.limits)
        let review = DraftReview(draft, validation: validation, catalogue: gateway.catalogue.current)
        return .seeOther(
            Self.path(try await drafts.begin(draft, owner: owner), min(review.open, .configuration)),
            notice: .success("This is a copy of \(stored.preview.name); change what you like."))
    }
}
