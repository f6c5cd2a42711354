/// Names one `PreviewEnvironment` object for good: another one of the same name has another `uid`.
public struct PreviewResource: Codable, Sendable, Hashable, CustomStringConvertible {
    /// The cluster's name in Understudy's configuration.
    public var cluster: String
    /// Its namespace.
    public var namespace: String
    /// Its name.
    public var name: String
    /// Its `metadata.uid`.
    public var uid: String

    /// Names a resource.
    public init(cluster: String, namespace: String, name: String, uid: String) {
        self.cluster = cluster
        self.namespace = namespace
        self.name = name
        self.uid = uid
    }

    /// `cluster/namespace/name`.
    public var description: String { "\(cluster)/\(namespace)/\(name)" }
}

/// The pull request that a preview shows.
public struct PullRequest: Codable, Sendable, Hashable {
    /// `owner/name` of the repository.
    public var repository: String
    /// Counts from 1.
    public var number: Int
    /// The commit shown: 40 lowercase hexadecimal digits.
    public var headSHA: String
    /// The branch that it comes from; `nil` where that is not known.
    public var headBranch: String?
    /// The branch that it is to be merged into; `nil` where that is not known.
    public var baseBranch: String?
    /// What its author called it.
    public var title: String?
    /// Where people read it.
    public var url: String?

    /// Creates the value from its fields.
    public init(
        repository: String, number: Int, headSHA: String, headBranch: String? = nil, baseBranch: String? = nil,
        title: String? = nil, url: String? = nil
    ) {
        self.repository = repository
        self.number = number
        self.headSHA = headSHA
        self.headBranch = headBranch
        self.baseBranch = baseBranch
        self.title = title
        self.url = url
    }
}
