public import PreviewDomain

/// What is done with the `PreviewEnvironment` resources of a cluster.
public struct ClusterEnvironments: Sendable, Hashable {
    /// Whether previews are made of its resources.
    public var isWatched: Bool
    /// The organization that those previews belong to.
    public var organization: OrganizationName
    /// The namespace in which previews that were ordered elsewhere show up as resources; `nil` for nowhere.
    public var mirrorNamespace: String?

    /// Creates the settings.
    public init(isWatched: Bool = true, organization: OrganizationName = .default, mirrorNamespace: String? = nil) {
        self.isWatched = isWatched
        self.organization = organization
        self.mirrorNamespace = mirrorNamespace
    }
}
