import Hummingbird
import Persistence
import PreviewDomain

/// A preview's own page.
struct PreviewPages: Sendable {
    let gateway: Gateway
    let renderer: ConsoleRenderer
    private let events = RenderedEvents()

    init(gateway: Gateway, renderer: ConsoleRenderer) {
        self.gateway = gateway
        self.renderer = renderer
    }

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("/previews/:id", use: show)
    }

    @Sendable func show(_ request: Request, context: GatewayContext) async throws -> Response {
        let viewer = try context.principal(atLeast: .viewer)
        let id = try context.previewID()
        let limit = TimelineSection.limit(request.uri.queryParameters["events"].map(String.init))
        let found = try await gateway.store.database.read { database -> (StoredPreview, [TimelineEntry])? in
            guard let stored = try PreviewTable.load(id, organization: viewer.organization, in: database) else {
                return nil
            }
            // One more than is shown tells whether there are older ones.
            let entries = try TimelineTable.newest(
                of: id, organization: viewer.organization, limit: limit + 1, in: database)
            return (stored, entries)
        }
        guard let (stored, entries) = found else { throw Problem.noPreviewPage(id.rawValue, viewer.organization) }
        let sight = PreviewSight(stored, viewer: viewer, gateway: gateway)
        let timeline = try TimelineSection(entries, limit: limit, path: sight.path) {
            try events.html(of: $0, templates: renderer.templates)
        }
        return try renderer.response(PreviewPage(sight, timeline: timeline), to: request, context)
    }
}

extension Problem {
    /// There is no such preview, said to somebody with a browser.
    static func noPreviewPage(_ id: String, _ organization: OrganizationName) -> Problem {
        Problem(.notFound, "not-found", "There is no preview \(id) in \(organization.rawValue).")
    }
}

/// All that is known of one preview, and what may be done with it.
struct PreviewPage: ConsolePage {
    static let template = "preview"
    var title: String { head.name }
    let section: ConsoleSection? = .previews
    var live: LiveScope { .preview(head.id) }
    let head: PreviewHead
    let controls: PreviewControls
    /// What went wrong, the cause of the status first.
    let failures: [FailurePanel]
    /// What is going on, where no failure says it better.
    let message: String?
    /// Since when the cluster does not answer, in a sentence.
    let outage: String?
    let summary: [SummaryBadge]
    let deployment: DeploymentSection
    let services: [ServicePanel]
    let databases: [DatabasePanel]
    let hasDatabases: Bool
    let ending: EndingSection?
    let timeline: TimelineSection
    /// Where an admin sees who did what with the preview, and from where.
    let auditPath: String?

    init(_ sight: PreviewSight, timeline: TimelineSection) {
        controls = PreviewControls(sight)
        head = PreviewHead(sight)
        failures = FailurePanel.all(of: sight)
        let isSaidAbove = !failures.isEmpty
        message = isSaidAbove || !sight.document.status.isActive ? nil : sight.document.message
        outage = sight.snapshot.cluster.awaySince == nil ? nil : sight.document.message
        summary = SummaryBadge.all(of: sight.document)
        deployment = DeploymentSection(sight)
        services = sight.preview.services.compactMap { ServicePanel($0, of: sight) }
        databases = sight.document.databases.map { DatabasePanel($0, of: sight) }
        hasDatabases = !databases.isEmpty
        ending = EndingSection(sight)
        self.timeline = timeline
        auditPath = sight.viewer.role >= .admin ? "/audit?q=\(sight.preview.id.rawValue)" : nil
    }
}
