import Hummingbird
import PreviewDomain

/// A preview's own page.
struct PreviewPages: Sendable {
    let gateway: Gateway
    let renderer: ConsoleRenderer

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("/previews/:id", use: show)
    }

    @Sendable func show(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .viewer)
        let id = try context.previewID()
        guard let stored = try await gateway.store.load(id, organization: principal.organization) else {
            throw Problem(.notFound, "not-found", "There is no preview \(id.rawValue) in \(principal.organization).")
        }
        let document = gateway.renderer.document(stored, now: gateway.store.now())
        return try renderer.response(PreviewPage(document, viewer: principal), to: request, context)
    }
}

/// All that is known of one preview, and what may be done with it.
struct PreviewPage: ConsolePage {
    static let template = "preview"
    var title: String { card.name }
    let section: ConsoleSection? = .previews
    var live: LiveScope { .preview(card.id) }
    let card: PreviewCard
    let services: [ServiceCard]
    let mayApprove: Bool

    init(_ document: PreviewDocument, viewer: Principal) {
        card = PreviewCard(document)
        services = document.services.map(ServiceCard.init)
        mayApprove = viewer.role >= .approver && document.status == .ready
    }
}

/// One service of a preview.
struct ServiceCard: Sendable {
    let name: String
    let from: String
    let to: String
    let health: StatusBadge
    let message: String?
    let url: String?
    let isApproved: Bool

    init(_ service: PreviewDocument.Service) {
        name = service.name
        from = service.sourceVersion
        to = service.targetVersion
        health = StatusBadge(service.health)
        message = service.message
        url = service.externalURL
        isApproved = service.approved
    }
}
