/// Names a preview, at a generation, in every message about it.
public struct PreviewReference: Codable, Sendable, Hashable {
    /// The preview's id.
    public var id: PreviewID
    /// The organization that owns it.
    public var organization: OrganizationName
    /// The cluster that it lives on.
    public var cluster: String
    /// Its namespace there.
    public var namespace: String
    /// The generation of its specification that the sender acted on; it grows with each update.
    public var generation: Int

    /// Creates a reference.
    public init(
        id: PreviewID, organization: OrganizationName, cluster: String, namespace: String? = nil, generation: Int = 1
    ) {
        self.id = id
        self.organization = organization
        self.cluster = cluster
        self.namespace = namespace ?? id.namespace
        self.generation = generation
    }
}
