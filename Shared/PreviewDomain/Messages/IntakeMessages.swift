/// A service in a request for a preview, as REST and the queue intake take it; what is left out has its default.
public struct ServiceOrder: Codable, Sendable, Hashable {
    /// `namespace/name` of the application.
    public var application: String
    /// The application's cluster; the preview's without one.
    public var cluster: String?
    /// The image tag to try.
    public var targetVersion: String
    /// How many pods; 1 where it is missing.
    public var replicas: Int?
    /// CPU and memory of each pod; those of a new preview where it is missing.
    public var resources: ResourceSettings?
    /// Settings of the autoscaler; off where it is missing.
    public var autoscaling: AutoscalingSettings?
    /// Whether it has an address outside the cluster; not where it is missing.
    public var externalDNS: Bool?
    /// What the user typed for variables, by name; it wins over everything else.
    public var variables: [String: TypedValue]?

    /// Creates the value from its fields.
    public init(
        application: String, cluster: String? = nil, targetVersion: String, replicas: Int? = nil,
        resources: ResourceSettings? = nil, autoscaling: AutoscalingSettings? = nil, externalDNS: Bool? = nil,
        variables: [String: TypedValue]? = nil
    ) {
        self.application = application
        self.cluster = cluster
        self.targetVersion = targetVersion
        self.replicas = replicas
        self.resources = resources
        self.autoscaling = autoscaling
        self.externalDNS = externalDNS
        self.variables = variables
    }
}

/// Another system asks for a preview, on the exchange `understudy.intake`.
///
/// The answer is ``PreviewStateReported`` or ``PreviewRefused``, each with the message's id as `request`; the same
/// message again gets the state of the same preview.
public struct PreviewCreationRequested: MessagePayload {
    /// `preview.create`.
    public static let key = MessageKey("preview", "create")
    /// The organization that is to own it.
    public var organization: OrganizationName
    /// The id wanted, such as the custom resource's name; without one it is drawn.
    public var id: PreviewID?
    /// What people are to know it as.
    public var name: String
    /// The name of the cluster that it is to live on.
    public var cluster: String
    /// How long it is to live, in seconds; 24 hours without one.
    public var ttlSeconds: Int?
    /// What it consists of; the first with an outside address is the primary one.
    public var services: [ServiceOrder]
    /// Where the wish comes from; ``PreviewOrigin/pullRequest`` where it names one, else ``PreviewOrigin/queue``.
    public var origin: PreviewOrigin?
    /// The pull request that the preview shows, where it shows one.
    public var pullRequest: PullRequest?
    /// Who asks.
    public var requestedBy: String

    /// Creates the value from its fields.
    public init(
        organization: OrganizationName, id: PreviewID?, name: String, cluster: String, ttlSeconds: Int?,
        services: [ServiceOrder], origin: PreviewOrigin?, pullRequest: PullRequest? = nil, requestedBy: String
    ) {
        self.organization = organization
        self.id = id
        self.name = name
        self.cluster = cluster
        self.ttlSeconds = ttlSeconds
        self.services = services
        self.origin = origin
        self.pullRequest = pullRequest
        self.requestedBy = requestedBy
    }

    /// The id wanted, else the name.
    public var subject: String { id?.rawValue ?? name }
}

/// Another system asks for something to be done with a preview, on the exchange `understudy.intake`.
///
/// The answer is ``PreviewStateReported`` or ``PreviewRefused``, each with the message's id as `request`; the same
/// message again does nothing more.
public struct PreviewActionRequested: MessagePayload {
    /// What is to be done.
    public enum Action: String, Codable, Sendable, Hashable, CaseIterable {
        case approve, reject, retry
        case tearDown = "tear-down"

        /// Reads an action. Throws with the words that are known where the text is none of them.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let action = Action(rawValue: text) else {
                let known = Action.allCases.map(\.rawValue).joined(separator: ", ")
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "\(quoted(text)) is no action; known are \(known)")
            }
            self = action
        }
    }

    /// `preview.act`.
    public static let key = MessageKey("preview", "act")
    /// The organization that owns the preview.
    public var organization: OrganizationName
    /// The preview's id.
    public var id: PreviewID
    /// What is to be done.
    public var action: Action
    /// The service that is approved; all of them without one.
    public var service: String?
    /// The generation that was looked at; without one, whatever the preview is when the message arrives is approved.
    public var generation: Int?
    /// Why, in the words of whoever asks; `nil` where they gave no reason.
    public var reason: String?
    /// Who asks.
    public var requestedBy: String

    /// Creates the value from its fields.
    public init(
        organization: OrganizationName, id: PreviewID, action: Action, service: String? = nil, generation: Int? = nil,
        reason: String? = nil, requestedBy: String
    ) {
        self.organization = organization
        self.id = id
        self.action = action
        self.service = service
        self.generation = generation
        self.reason = reason
        self.requestedBy = requestedBy
    }

    /// The preview's id.
    public var subject: String { id.rawValue }
}
