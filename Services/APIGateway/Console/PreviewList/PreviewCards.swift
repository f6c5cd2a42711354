import PreviewDomain

/// The cards of previews as HTML, rendered once per change.
struct PreviewCards: Sendable {
    let store: PreviewStore
    let renderer: PreviewRenderer
    let templates: ConsoleTemplates

    /// The cards of those of the previews that the organization has, in the order given.
    func html(of ids: [PreviewID], organization: OrganizationName) async throws -> [String] {
        let ticket = store.rendered.ticket()
        var cards = store.rendered.cards(of: ids)
        let missing = ids.filter { cards[$0] == nil }
        if !missing.isEmpty {
            let now = store.now()
            var rendered: [PreviewID: RenderedPreviews.Card] = [:]
            for stored in try await store.load(missing, organization: organization) {
                let card = PreviewCard(renderer.document(stored, now: now))
                rendered[stored.preview.id] = .init(
                    organization: organization, html: try templates.render(card, with: "preview-card"))
            }
            store.rendered.keep(rendered, ticket: ticket)
            cards.merge(rendered) { _, new in new }
        }
        return ids.compactMap { id in cards[id].flatMap { $0.organization == organization ? $0.html : nil } }
    }
}
