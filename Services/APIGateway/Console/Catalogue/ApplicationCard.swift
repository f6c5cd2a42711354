import KubernetesClient
import PreviewDomain

/// An application as lists show it.
struct ApplicationCard: Sendable, Hashable {
    /// An active preview of it.
    struct Use: Sendable, Hashable {
        /// Tells it from every other one on the page: a preview may run several applications.
        let key: String
        let id: String
        let name: String
        let status: StatusBadge
    }

    let cluster: String
    let namespace: String
    let name: String
    let version: String
    let image: String
    let replicas: Int
    let managedBy: String
    let databases: [String]
    let hasDatabases: Bool
    let problem: String?
    let previews: [Use]
    let hasPreviews: Bool
    /// How many more active previews there are.
    let more: Int?
    /// Its own page.
    let path: String
    /// Where a preview of it is begun.
    let newPath: String
    /// Why none can be, where none can.
    let refusal: String?

    init(_ application: Application, uses: [PreviewApplications.Use], viewer: Principal) {
        (cluster, namespace, name) = (application.cluster, application.namespace, application.name)
        version = application.currentVersion
        image = application.image
        replicas = application.replicas
        managedBy =
            switch application.managedBy {
            case .helm: "Helm"
            case .manifest: "Manifests"
            }
        databases = application.databases.map { "\($0.namespace)/\($0.cluster)" }
        hasDatabases = !databases.isEmpty
        problem = application.problem
        let segments = [application.cluster, application.namespace, application.name]
        previews = uses.map { use in
            Use(
                key: (segments + [use.id]).joined(separator: "-"), id: use.id, name: use.name,
                status: StatusBadge(use.status, cleanup: use.cleanup))
        }
        hasPreviews = !previews.isEmpty
        more = uses.first.flatMap { $0.total > uses.count ? $0.total - uses.count : nil }
        path = "/applications/" + segments.map(URLPath.encode).joined(separator: "/")
        newPath = PageAddress("/previews/new").adding("application", segments.joined(separator: "/")).text
        refusal =
            if viewer.role < .developer {
                "Creating needs the role developer."
            } else if application.problem != nil {
                "It can't be previewed as it is."
            } else {
                nil
            }
    }
}

extension EmptyList {
    static let noApplicationMatches = EmptyList(
        title: "No application matches", text: "Search for part of a namespace, a name or an image.",
        link: Link(label: "Clear filters", path: "/applications"))

    static let noApplications = EmptyList(
        title: "No applications found",
        text: "Applications are the Deployments on a cluster, by Helm release or by the label app.kubernetes.io/name. "
            + "Install one, and it is listed here a few seconds later.",
        link: Link(label: "See the clusters", path: "/clusters"))
}
