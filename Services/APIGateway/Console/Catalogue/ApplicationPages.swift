import Hummingbird
import Persistence
import PreviewDomain

/// The applications that can be previewed, and each of them by itself.
struct ApplicationPages: Sendable {
    /// How many applications a page has.
    static let pageSize = 24

    let gateway: Gateway
    let renderer: ConsoleRenderer

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("/applications", use: list)
        group.get("/applications/:cluster/:namespace/:name", use: show)
    }

    @Sendable func list(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .viewer)
        let fields = request.query
        let (text, cluster) = (fields.text("q"), fields.text("cluster"))
        let catalogue = gateway.catalogue.current
        let found = gateway.catalogue.index.applications(matching: text, on: cluster)
        let start = fields["cursor"].flatMap { Int($0) }.map { max(0, $0) }.flatMap { $0 < found.count ? $0 : nil } ?? 0
        let shown = found.dropFirst(start).prefix(Self.pageSize)
        let uses = Dictionary(
            grouping: try await gateway.store.activeUses(of: principal.organization),
            by: { "\($0.cluster)/\($0.application)" })
        var address = PageAddress("/applications")
        if let text { address = address.adding("q", text) }
        if let cluster { address = address.adding("cluster", cluster) }
        let clusters = Set(catalogue.clusters.keys).union([cluster].compactMap { $0 }).sorted()
        let page = ApplicationListPage(
            search: text, clusters: clusters.map { .init(value: $0, label: $0, isChosen: $0 == cluster) },
            hasClusters: clusters.count > 1 || cluster != nil,
            shown: ListPart(before: start, count: shown.count, total: found.count).text("application"),
            applications: shown.map { application in
                ApplicationCard(
                    application, uses: uses["\(application.cluster)/\(application.reference)"] ?? [],
                    viewer: principal)
            }, empty: found.isEmpty ? empty(catalogue, isNarrowed: text != nil || cluster != nil) : nil,
            previous: start > 0 ? address.adding("cursor", String(max(0, start - Self.pageSize))).text : nil,
            next: start + shown.count < found.count
                ? address.adding("cursor", String(start + shown.count)).text : nil)
        return try renderer.liveResponse(page, to: request, context)
    }

    @Sendable func show(_ request: Request, context: GatewayContext) async throws -> Response {
        let principal = try context.principal(atLeast: .viewer)
        let cluster = try context.parameters.require("cluster")
        let reference = ApplicationReference(
            namespace: try context.parameters.require("namespace"), name: try context.parameters.require("name"))
        guard let application = gateway.catalogue.current.application(reference, on: cluster) else {
            throw Problem(.notFound, "not-found", "No application \(reference) runs on \(cluster).")
        }
        let organization = principal.organization
        let uses = try await gateway.store.database.read { database in
            try PreviewApplications.active(of: organization, on: cluster, application: reference, in: database)
        }
        let page = ApplicationPage(
            card: ApplicationCard(application, uses: uses, viewer: principal),
            variables: ApplicationPage.Variable.all(of: application), hasVariables: !application.variables.isEmpty,
            allPreviews: PageAddress("/previews").adding("application", reference.description)
                .adding("cluster", cluster).text)
        return try renderer.liveResponse(page, to: request, context)
    }

    private func empty(_ catalogue: Catalogue, isNarrowed: Bool) -> EmptyList {
        if catalogue.clusters.isEmpty { return .noClusters }
        return isNarrowed ? .noApplicationMatches : .noApplications
    }
}

/// The applications that were found on the clusters.
struct ApplicationListPage: ConsolePage, Hashable {
    static let template = "applications"
    let title = "Applications"
    let section: ConsoleSection? = .applications
    let live = LiveScope.catalogue
    let search: String?
    let clusters: [PreviewFilters.Option]
    let hasClusters: Bool
    let shown: String
    let applications: [ApplicationCard]
    let empty: EmptyList?
    let previous: String?
    let next: String?
}

/// All that is known of one application.
struct ApplicationPage: ConsolePage, Hashable {
    static let template = "application"
    var title: String { card.name }
    let section: ConsoleSection? = .applications
    let live = LiveScope.catalogue
    let card: ApplicationCard
    let variables: [Variable]
    let hasVariables: Bool
    /// The list of all its previews, those that have ended too.
    let allPreviews: String
}
