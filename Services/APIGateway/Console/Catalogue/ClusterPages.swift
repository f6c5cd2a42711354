import Foundation
import Hummingbird
import PreviewDomain

/// The clusters with their health.
struct ClusterPages: Sendable {
    let gateway: Gateway
    let renderer: ConsoleRenderer

    func register(on group: RouterGroup<GatewayContext>) {
        group.get("/clusters", use: list)
    }

    @Sendable func list(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try context.principal(atLeast: .viewer)
        let now = gateway.store.now()
        let clusters = gateway.catalogue.current.clusters.values.sorted { $0.name < $1.name }
        let page = ClusterListPage(
            clusters: clusters.map { ClusterCard($0, now: now) }, empty: clusters.isEmpty ? .noClusters : nil)
        return try renderer.liveResponse(page, to: request, context)
    }
}

/// The clusters that provisioners report.
struct ClusterListPage: ConsolePage, Hashable {
    static let template = "clusters"
    let title = "Clusters"
    let section: ConsoleSection? = .clusters
    let live = LiveScope.catalogue
    let clusters: [ClusterCard]
    let empty: EmptyList?
}

/// A cluster as the list shows it.
struct ClusterCard: Sendable, Hashable {
    let name: String
    let status: StatusBadge
    let since: Moment?
    let lastSeen: Moment?
    let version: String?
    let applications: Int
    let applicationsPath: String
    let previewsPath: String
    let problem: String?
    let acceptsSecrets: Bool
    /// What to do, where something is to be done.
    let advice: String?

    init(_ cluster: Catalogue.Cluster, now: Date) {
        let found = cluster.status(now: now)
        name = cluster.name
        status = StatusBadge(found)
        since = found == .unknown ? nil : (cluster.reachability?.since).map(Moment.init)
        lastSeen = cluster.lastSeen.map(Moment.init)
        version = cluster.version
        applications = cluster.applications.count
        applicationsPath = PageAddress("/applications").adding("cluster", cluster.name).text
        previewsPath = PageAddress("/previews").adding("cluster", cluster.name).adding("status", "active").text
        problem = cluster.reachability?.problem ?? cluster.problem
        acceptsSecrets = cluster.sealingKey != nil
        advice =
            switch found {
            case .unreachable:
                "Nothing is lost: previews on it wait, and go on when it is back. Check that its API server runs, and "
                    + "that the services reach it with their kubeconfig: address, certificate and credentials."
            case .unknown where cluster.reachability == nil:
                "Nobody has told yet whether it answers; after the start of its provisioner that takes a few seconds."
            case .unknown:
                "Nobody has told of it for \(Int(Catalogue.Cluster.silence)) seconds; until then it was "
                    + "\(cluster.reachability?.status.rawValue.lowercased() ?? ""). Check that its provisioner runs, and "
                    + "that it reaches the message broker; its log says what it waits for."
            case .slow:
                "Previews on it take longer. Look at the load of its API server and at the network on the way to it."
            case .reachable where cluster.problem != nil:
                "What is shown of its applications is what was known before. Check that the provisioner's account may "
                    + "list Deployments, secrets and config maps in all namespaces."
            case .reachable: nil
            }
    }
}
