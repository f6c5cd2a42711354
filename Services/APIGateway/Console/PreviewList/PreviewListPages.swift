import Hummingbird
import PreviewDomain

/// The list of previews.
struct PreviewListPages: Sendable {
    let gateway: Gateway
    let renderer: ConsoleRenderer

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("/previews", use: list)
    }

    @Sendable func list(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .viewer)
        let parameters = request.uri.queryParameters
        let query = try PreviewList.Query(parameters)
        let found = try await PreviewList(database: gateway.store.database).page(
            query, organization: principal.organization)
        var cards: [PreviewCard] = []
        for id in found.ids {
            guard let stored = try await gateway.store.load(id, organization: principal.organization) else { continue }
            cards.append(PreviewCard(gateway.renderer.document(stored, now: gateway.store.now())))
        }
        let page = PreviewListPage(
            cards: cards, search: query.text, isFiltered: query.text != nil || !query.statuses.isEmpty,
            mayCreate: principal.role >= .developer, nextCursor: found.nextCursor)
        return try renderer.response(page, to: request, context)
    }
}

/// Cards of previews, newest first.
struct PreviewListPage: ConsolePage {
    static let template = "previews"
    let title = "Previews"
    let section: ConsoleSection? = .previews
    let live = LiveScope.previews
    let cards: [PreviewCard]
    let search: String?
    let isFiltered: Bool
    let mayCreate: Bool
    let nextCursor: String?
}
