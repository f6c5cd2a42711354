import GRDB
import Hummingbird
import Persistence
import PreviewDomain

/// The list of previews.
struct PreviewListPages: Sendable {
    /// How many previews a page has.
    static let pageSize = 30

    let gateway: Gateway
    let renderer: ConsoleRenderer

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("/previews", use: list)
    }

    @Sendable func list(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .viewer)
        let organization = principal.organization
        let query = try PreviewList.Query(request.query, viewer: principal, limit: Self.pageSize)
        let found = try await PreviewList(database: gateway.store.database).page(query, organization: organization)
        let known = try await gateway.store.database.read { try Known(organization, in: $0) }
        let cards = PreviewCards(store: gateway.store, renderer: gateway.renderer, templates: renderer.templates)
        let filters = PreviewFilters(
            query, found: found, owners: known.owners,
            clusters: Set(known.clusters).union(gateway.catalogue.current.clusters.keys).sorted(), viewer: principal)
        let page = PreviewListPage(
            cards: try await cards.html(of: found.ids, organization: organization), filters: filters,
            shown: ListPart(before: found.before, count: found.ids.count, total: found.total).text("preview"),
            empty: found.total > 0 ? nil : empty(query, known, viewer: principal),
            quota: QuotaUse(active: known.active, limit: gateway.configuration.quota.activePreviews),
            mayCreate: principal.role >= .developer,
            previous: found.previousCursor.map { filters.address.adding("cursor", $0).text },
            next: found.nextCursor.map { filters.address.adding("cursor", $0).text })
        return try renderer.liveResponse(page, to: request, context)
    }

    private func empty(_ query: PreviewList.Query, _ known: Known, viewer: Principal) -> EmptyList {
        if query.isNarrowed { return .nothingMatches }
        if gateway.catalogue.current.clusters.isEmpty { return .noClusters }
        return viewer.role >= .developer ? .noPreviews : .noPreviewsForViewers
    }

    /// What the organization's previews offer to be narrowed by.
    private struct Known: Sendable {
        /// Longer lists help nobody to choose.
        static let limit = 200

        let owners: [String]
        let clusters: [String]
        let active: Int

        init(_ organization: OrganizationName, in database: Database) throws {
            func values(_ column: String) throws -> [String] {
                try String.fetchAll(
                    database,
                    sql: "SELECT DISTINCT \(column) FROM previews WHERE organization = ? ORDER BY 1 LIMIT ?",
                    arguments: [organization.rawValue, Self.limit])
            }
            owners = try values("created_by")
            clusters = try values("cluster")
            active = try PreviewStore.activeCount(of: organization, in: database)
        }
    }
}

/// Cards of previews, as they were asked for.
struct PreviewListPage: ConsolePage, Hashable {
    static let template = "previews"
    let title = "Previews"
    let section: ConsoleSection? = .previews
    let live = LiveScope.previews
    /// HTML, rendered by the template of cards.
    let cards: [String]
    let filters: PreviewFilters
    /// What is shown of how many.
    let shown: String
    let empty: EmptyList?
    let quota: QuotaUse
    let mayCreate: Bool
    let previous: String?
    let next: String?
}

/// How much of the quota is used.
struct QuotaUse: Sendable, Hashable {
    let active: Int
    let limit: Int
    /// From where on it is nearly used up.
    let high: Int
    let isFull: Bool

    init(active: Int, limit: Int) {
        self.active = active
        self.limit = limit
        high = max(1, limit * 4 / 5)
        isFull = active >= limit
    }
}
