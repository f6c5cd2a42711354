/// A `PreviewEnvironment` resource as it is now, on the exchange `understudy.intake`: the preview is to be like it.
///
/// Sent when the resource appears or changes, and again from time to time; the answer is ``PreviewStateReported`` or
/// ``PreviewRefused``, also where nothing changes, or ``PreviewAbsent`` where the resource was withdrawn. The resource's
/// newest generation counts.
public struct PreviewApplyRequested: MessagePayload {
    /// `preview.apply`.
    public static let key = MessageKey("preview", "apply")
    /// The organization that the resource's namespace belongs to.
    public var organization: OrganizationName
    /// The resource.
    public var resource: PreviewResource
    /// The resource's `metadata.generation`.
    public var resourceGeneration: Int
    /// The pull request that it names.
    public var pullRequest: PullRequest
    /// The version wanted of each service, made from the commit.
    public var targetVersion: String
    /// Names of applications, `name` or `namespace/name`; those of the repository where there are none.
    public var services: [String]
    /// How long the preview is to live, in seconds from its creation.
    public var ttlSeconds: Int
    /// Who asks: whoever wrote the resource last, as far as the cluster tells.
    public var requestedBy: String

    /// Creates the value from its fields.
    public init(
        organization: OrganizationName, resource: PreviewResource, resourceGeneration: Int, pullRequest: PullRequest,
        targetVersion: String, services: [String], ttlSeconds: Int, requestedBy: String
    ) {
        self.organization = organization
        self.resource = resource
        self.resourceGeneration = resourceGeneration
        self.pullRequest = pullRequest
        self.targetVersion = targetVersion
        self.services = services
        self.ttlSeconds = ttlSeconds
        self.requestedBy = requestedBy
    }

    /// The resource's `uid`.
    public var subject: String { resource.uid }
}

/// A `PreviewEnvironment` resource is being deleted, on the exchange `understudy.intake`: its preview is to go.
///
/// Sent until the answer, ``PreviewStateReported``, says that the cleanup is done, or ``PreviewAbsent`` that there is
/// nothing. A ``PreviewApplyRequested`` that arrives after it brings nothing back.
public struct PreviewWithdrawRequested: MessagePayload {
    /// `preview.withdraw`.
    public static let key = MessageKey("preview", "withdraw")
    /// The organization that the resource's namespace belongs to.
    public var organization: OrganizationName
    /// The resource.
    public var resource: PreviewResource
    /// Who removed it, as far as that is known.
    public var requestedBy: String

    /// Creates the value from its fields.
    public init(organization: OrganizationName, resource: PreviewResource, requestedBy: String) {
        self.organization = organization
        self.resource = resource
        self.requestedBy = requestedBy
    }

    /// The resource's `uid`.
    public var subject: String { resource.uid }
}

/// Another system's request can't be fulfilled as it is.
public struct PreviewRefused: MessagePayload {
    /// `preview.refused`.
    public static let key = MessageKey("preview", "refused")
    /// The organization that the request named.
    public var organization: OrganizationName
    /// The CloudEvents `id` of the request.
    public var request: String
    /// The id wanted, or the name given.
    public var name: String
    /// The resource that asked; `nil` where another system did.
    public var resource: PreviewResource?
    /// The generation of the resource that was refused; `nil` where another system asked.
    public var resourceGeneration: Int?
    /// One word for programs, such as `quota-exceeded` or `invalid`.
    public var code: String
    /// What is wrong and what to do, in words.
    public var message: String
    /// The fields that are wrong.
    public var errors: [FieldProblem]
    /// Whether the same request may be granted later, as when another preview ends.
    public var isPassing: Bool

    /// Creates the value from its fields.
    public init(
        organization: OrganizationName, request: String, name: String, resource: PreviewResource? = nil,
        resourceGeneration: Int? = nil, code: String, message: String, errors: [FieldProblem] = [], isPassing: Bool
    ) {
        self.organization = organization
        self.request = request
        self.name = name
        self.resource = resource
        self.resourceGeneration = resourceGeneration
        self.code = code
        self.message = message
        self.errors = errors
        self.isPassing = isPassing
    }

    /// The id wanted, or the name given.
    public var subject: String { name }
}

/// There is no preview of a resource, and there will be none: none was made before it was withdrawn, or everything made
/// for it is gone.
public struct PreviewAbsent: MessagePayload {
    /// `preview.absent`.
    public static let key = MessageKey("preview", "absent")
    /// The organization that the request named.
    public var organization: OrganizationName
    /// The resource.
    public var resource: PreviewResource

    /// Creates the value from its fields.
    public init(organization: OrganizationName, resource: PreviewResource) {
        self.organization = organization
        self.resource = resource
    }

    /// The resource's name.
    public var subject: String { resource.name }
}
