/// What an API server serves.
public struct ServedTypes: Sendable, Hashable {
    /// Every group and version, such as `v1` and `apps/v1`.
    public var apiVersions: [String]
    /// The types in them.
    public var types: [ServedType]
    /// The groups and versions whose own server is away, so that nobody can see their types.
    public var unavailable: [String]

    /// Creates an answer.
    public init(apiVersions: [String], types: [ServedType], unavailable: [String] = []) {
        self.apiVersions = apiVersions
        self.types = types
        self.unavailable = unavailable
    }
}

/// A type of object as an API server serves it.
public struct ServedType: Sendable, Hashable {
    /// The type.
    public var type: ResourceType
    /// What can be done with its objects, such as `list`.
    public var verbs: Set<String>
    /// Whether its version is the one that the server prefers in the group.
    public var isPreferred: Bool

    /// Creates a description of a type.
    public init(_ type: ResourceType, verbs: Set<String>, isPreferred: Bool = true) {
        self.type = type
        self.verbs = verbs
        self.isPreferred = isPreferred
    }

    /// Whether its objects can be listed and deleted.
    public var isRemovable: Bool { verbs.isSuperset(of: ["list", "delete"]) }

    /// Reads an entry of an `APIResourceList`; `nil` where it is a subresource.
    init?(_ resource: JSONValue, apiVersion: String, isPreferred: Bool) {
        guard let plural = resource["name"].string, let kind = resource["kind"].string, !plural.contains("/") else {
            return nil
        }
        let parts = apiVersion.split(separator: "/", maxSplits: 1).map(String.init)
        self.init(
            ResourceType(
                group: parts.count == 2 ? parts[0] : "", version: parts.last ?? apiVersion, plural: plural, kind: kind,
                isNamespaced: resource["namespaced"].bool ?? false),
            verbs: Set((resource["verbs"].array ?? []).compactMap(\.string)), isPreferred: isPreferred)
    }
}
