import PreviewDomain

/// A preview as the list shows it.
struct PreviewCard: Sendable {
    struct Version: Sendable {
        let service: String
        let from: String
        let to: String
        let isChanged: Bool
        let isApproved: Bool
    }

    let id: String
    let name: String
    let status: StatusBadge
    let message: String
    let versions: [Version]
    let expires: Moment?
    let created: Moment
    let owner: String
    let origin: String
    let cost: CostLine
    let progress: Int?

    init(_ document: PreviewDocument) {
        id = document.id.rawValue
        name = document.name
        status = StatusBadge(document.status, cleanup: document.cleanup.state)
        message = document.message
        versions = document.services.map {
            Version(
                service: $0.name, from: $0.sourceVersion, to: $0.targetVersion,
                isChanged: $0.sourceVersion != $0.targetVersion, isApproved: $0.approved)
        }
        expires = document.status.isActive ? Moment(document.expiresAt) : nil
        created = Moment(document.createdAt)
        owner = document.createdBy
        origin = OriginLabel.text(document.origin)
        cost = CostLine(document.cost)
        progress = document.status == .deploying ? Int(document.progress * 100) : nil
    }
}

/// Where a preview comes from, in words.
enum OriginLabel {
    static func text(_ origin: PreviewOrigin) -> String {
        switch origin {
        case .console: "Console"
        case .api: "API"
        case .queue: "Queue"
        case .resource: "Resource"
        case .pullRequest: "Pull request"
        }
    }
}
