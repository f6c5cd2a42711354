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

    /// Where a preview comes from, and where that is read.
    struct Source: Sendable {
        let label: String
        /// The pull request, or the resource.
        let name: String?
        let url: String?
    }

    let id: String
    let name: String
    let status: StatusBadge
    let message: String
    let versions: [Version]
    let expires: Moment?
    let created: Moment
    let owner: String
    /// How the owner comes in: of a resource only the program is known that wrote it.
    let by: String
    let cluster: String
    let source: Source
    let cost: CostLine
    let progress: Int?
    /// How many of the services are approved, where that is asked for.
    let approvals: String?

    init(_ document: PreviewDocument) {
        id = document.id.rawValue
        name = document.name
        status = StatusBadge(document)
        message = document.message
        versions = document.services.map {
            Version(
                service: $0.name, from: VersionName.short($0.sourceVersion), to: VersionName.short($0.targetVersion),
                isChanged: $0.sourceVersion != $0.targetVersion, isApproved: $0.approved)
        }
        expires = document.status.isActive ? Moment(document.expiresAt) : nil
        created = Moment(document.createdAt)
        owner = document.createdBy
        by = document.origin == .resource ? "through" : "by"
        cluster = document.cluster
        source = Source(document)
        cost = CostLine(document.cost)
        progress = document.status == .deploying ? Int(document.progress * 100) : nil
        let approved = document.services.count { $0.approved }
        let isAsked = [.ready, .approved, .completed].contains(document.status) || approved > 0
        approvals = isAsked ? "\(approved) of \(document.services.count)" : nil
    }
}

extension PreviewCard.Source {
    init(_ document: PreviewDocument) {
        label = OriginLabel.text(document.origin)
        if let pullRequest = document.pullRequest {
            name = "\(pullRequest.repository)#\(pullRequest.number)"
            url = pullRequest.url.flatMap { PullRequestLinks.isLink($0) ? $0 : nil }
        } else {
            name = document.resource.map { "\($0.namespace)/\($0.name)" }
            url = nil
        }
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
