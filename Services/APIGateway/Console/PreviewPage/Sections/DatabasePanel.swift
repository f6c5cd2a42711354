import PreviewDomain

/// A clone of a database: where it comes from, how it is made, where it answers.
struct DatabasePanel: Sendable {
    /// How programs connect to it, within the preview.
    struct Endpoint: Sendable {
        let id: String
        let address: String
        let database: String
        let owner: String
        /// The secret with the clone's own credentials.
        let secret: String
    }

    let name: String
    let source: String
    let status: StatusBadge
    let method: String?
    let message: String?
    let nextStep: String?
    let meter: DeploymentSection.Meter?
    let endpoint: Endpoint?
    /// The services whose variables lead to it.
    let users: String
    /// The size of its volume.
    let size: String?

    init(_ database: PreviewDocument.Database, of sight: PreviewSight) {
        let fact = sight.fact(.database(database.name))
        let isOver = !sight.document.status.isActive
        name = database.name
        source = database.source.description
        status = isOver ? StatusBadge("Ended", .ended, icon: "ended") : StatusBadge(database.status)
        method = database.method.map(Self.words)
        message = isOver ? nil : fact?.failure?.message ?? fact?.message
        nextStep = isOver ? nil : fact?.failure?.nextStep
        meter = isOver || fact?.state != .working ? nil : .init("Copied", database.progress)
        if !isOver, case .database(let detail) = fact?.detail {
            size = detail.size
            endpoint = Endpoint(
                id: "endpoint-\(database.name)", address: "\(detail.host):\(detail.port)", database: detail.database,
                owner: detail.owner, secret: detail.secret)
        } else {
            (size, endpoint) = (nil, nil)
        }
        users = sight.document.services.filter { $0.databases.contains(database.name) }.map(\.name).joined(
            separator: ", ")
    }

    /// The method of cloning as people call it.
    private static func words(_ method: String) -> String {
        switch method {
        case "volume-snapshot": "Volume snapshot"
        case "import": "Logical import"
        default: method
        }
    }
}
