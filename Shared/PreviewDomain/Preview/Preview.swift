public import Foundation

/// How a preview came to be.
public enum PreviewOrigin: String, Codable, Sendable, CaseIterable {
    case console, api, queue, resource
    case pullRequest = "pull-request"
}

/// A person's word that a service's version may go to production.
public struct Approval: Codable, Sendable, Hashable {
    /// Who approved.
    public var by: String
    /// When.
    public var at: Date
    /// The version that was approved; another one needs another approval.
    public var version: String

    /// Creates an approval.
    public init(by: String, at: Date, version: String) {
        self.by = by
        self.at = at
        self.version = version
    }
}

/// How and by whom a preview was ended before its promotion.
public struct Ending: Codable, Sendable, Hashable {
    /// How a preview can be ended.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case rejected, expired
        case tornDown = "torn-down"
    }

    /// How it was ended.
    public var kind: Kind
    /// Who ended it; `reaper` for expiry.
    public var by: String
    /// When.
    public var at: Date
    /// Why, in the words of whoever ended it; `nil` where they gave no reason.
    public var reason: String?

    /// Creates an ending.
    public init(kind: Kind, by: String, at: Date, reason: String? = nil) {
        self.kind = kind
        self.by = by
        self.at = at
        self.reason = reason
    }
}

/// That the resource which asked for a preview is gone.
public struct Withdrawal: Codable, Sendable, Hashable {
    /// Who removed it.
    public var by: String
    /// When.
    public var at: Date

    /// Creates a withdrawal.
    public init(by: String, at: Date) {
        self.by = by
        self.at = at
    }
}

/// A try at promoting one service, made by a person's approval or retry.
public struct PromotionAttempt: Codable, Sendable, Hashable {
    /// Counts from 1; a retry is the next one.
    public var number: Int
    /// Whether a person confirmed that production may be changed although it has moved on since.
    public var force: Bool
    /// The version of production that the person looked at and lets be replaced; any, where it is `nil`.
    public var production: String?

    /// Creates an attempt.
    public init(number: Int = 1, force: Bool = false, production: String? = nil) {
        self.number = number
        self.force = force
        self.production = production
    }

    /// Whether a version of production may be replaced although the preview did not start from it.
    public func confirms(_ version: String) -> Bool { force && (production ?? version) == version }
}

/// A preview as people asked for it and decided about it. What is known of its parts is in ``PreviewFacts``; its status
/// is derived from both.
public struct Preview: Codable, Sendable, Hashable {
    /// Its id; where another preview has that id by now, one that nobody else has (``formerID``).
    public var id: PreviewID
    /// The organization that owns it.
    public var organization: OrganizationName
    /// The name that people gave it.
    public var name: String
    /// The name of the cluster that it lives on.
    public var cluster: String
    /// How it came to be.
    public var origin: PreviewOrigin
    /// Who asked for it.
    public var createdBy: String
    /// When it was created.
    public var createdAt: Date
    /// How long it lives, in seconds from its creation.
    public var ttl: TimeInterval
    /// Counts from ``firstGeneration`` and grows with each update.
    public var generation: Int
    /// The services in the order of the request; the first external one is the primary.
    public var services: [ServiceSpecification]
    /// The databases that it has clones of.
    public var databases: [PreviewDatabase]
    /// Approvals by service name.
    public var approvals: [String: Approval]
    /// Promotion attempts beyond the first, by service name.
    public var promotionAttempts: [String: PromotionAttempt]
    /// How it was ended before its promotion; `nil` where it was not.
    public var ending: Ending?
    /// When someone last asked to try again; failures reported before it no longer count.
    public var retriedAt: Date?
    /// The last generation of the earlier preview that had the same id, where there was one; this one counts on.
    public var formerGeneration: Int?
    /// The number of the last attempt at a promotion that the earlier preview made; this one counts on.
    public var formerAttempt: Int?
    /// The id that it lived under, where another preview has that id by now.
    public var formerID: PreviewID?
    /// The resource that asked for it, and the newest of its generations that it follows.
    public var resource: PreviewResource?
    /// That generation, `metadata.generation`; `nil` where no resource asked for it.
    public var resourceGeneration: Int?
    /// The pull request that it shows, where it shows one.
    public var pullRequest: PullRequest?
    /// That its resource is gone, so that it is to end as soon as it can.
    public var withdrawal: Withdrawal?

    /// Creates a preview at its first generation.
    ///
    /// - Parameter formerGeneration: the last generation of the earlier preview of this id, if there was one.
    public init(
        id: PreviewID, organization: OrganizationName, name: String, cluster: String, origin: PreviewOrigin,
        createdBy: String, createdAt: Date, ttl: TimeInterval, services: [ServiceSpecification],
        databases: [PreviewDatabase], formerGeneration: Int? = nil
    ) {
        self.id = id
        self.organization = organization
        self.name = name
        self.cluster = cluster
        self.origin = origin
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.ttl = ttl
        let first = (formerGeneration ?? 0) + 1
        self.formerGeneration = formerGeneration
        self.generation = first
        self.services = services.map { service in
            var service = service
            service.generation = first
            return service
        }
        self.databases = databases
        self.approvals = [:]
        self.promotionAttempts = [:]
    }

    /// When it ends by itself.
    public var expiresAt: Date { createdAt.addingTimeInterval(ttl) }

    /// The generation that it began with: 1, or the one after the last of an earlier preview with its id.
    public var firstGeneration: Int { (formerGeneration ?? 0) + 1 }

    /// The namespace that it lives in, or lived in.
    public var namespace: String { (formerID ?? id).namespace }

    /// Names it in messages.
    public var reference: PreviewReference {
        PreviewReference(
            id: formerID ?? id, organization: organization, cluster: cluster, namespace: namespace,
            generation: generation)
    }

    /// The service that also answers at the preview's own host, or `nil` where none is external.
    public var primaryService: ServiceSpecification? { services.first(where: \.externalDNS) }

    /// The service of that name.
    public func service(named name: String) -> ServiceSpecification? { services.first { $0.name == name } }

    /// Whether the service's present target version was approved.
    public func isApproved(_ service: ServiceSpecification) -> Bool {
        approvals[service.name]?.version == service.targetVersion
    }

    /// Whether every service was approved.
    public var isApproved: Bool { services.allSatisfy(isApproved) }

    /// The promotion attempt that counts for a service.
    public func promotionAttempt(of service: String) -> PromotionAttempt {
        promotionAttempts[service] ?? .init(number: (formerAttempt ?? 0) + 1)
    }
}
