/// One type of object that the API serves: its names, its scope and what it can do.
///
/// Two kinds are equal when group and plural are; so a custom resource stays the same kind while its definition changes.
final class ResourceKind: Sendable, Hashable, CustomStringConvertible {
    let group: String
    /// The version in which objects are stored.
    let version: String
    /// Every version under which the kind is served.
    let versions: [String]
    let plural: String
    let singular: String
    let kind: String
    let listKind: String
    let shortNames: [String]
    let categories: [String]
    let isNamespaced: Bool
    /// Has `/status`, so that `status` is changed there and nowhere else.
    let hasStatus: Bool
    /// Has `/scale`.
    let hasScale: Bool
    /// `metadata.generation` counts changes outside of metadata and status.
    let hasGeneration: Bool
    let verbs: [String]
    /// Set for a custom resource.
    let definition: CustomResource?

    static let allVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]

    init(
        group: String, version: String, versions: [String]? = nil, plural: String, kind: String,
        singular: String? = nil, listKind: String? = nil, shortNames: [String] = [], categories: [String] = [],
        isNamespaced: Bool = true, hasStatus: Bool = false, hasScale: Bool = false, hasGeneration: Bool = false,
        verbs: [String] = ResourceKind.allVerbs, definition: CustomResource? = nil
    ) {
        self.group = group
        self.version = version
        self.versions = versions ?? [version]
        self.plural = plural
        self.kind = kind
        self.singular = singular ?? kind.lowercased()
        self.listKind = listKind ?? kind + "List"
        self.shortNames = shortNames
        self.categories = categories
        self.isNamespaced = isNamespaced
        self.hasStatus = hasStatus
        self.hasScale = hasScale
        self.hasGeneration = hasGeneration
        self.verbs = verbs
        self.definition = definition
    }

    /// `apps/v1`, or `v1` for the core group.
    var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// `deployments.apps`, or `pods` for the core group.
    var qualifiedName: String { group.isEmpty ? plural : "\(plural).\(group)" }

    var description: String { qualifiedName }

    static func == (left: ResourceKind, right: ResourceKind) -> Bool {
        left === right || (left.plural == right.plural && left.group == right.group)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(plural)
        hasher.combine(group)
    }
}

/// What identifies an object while it exists.
struct ObjectKey: Hashable, Sendable, CustomStringConvertible {
    var kind: ResourceKind
    /// `nil` for a cluster-scoped kind.
    var namespace: String?
    var name: String

    init(_ kind: ResourceKind, namespace: String?, name: String) {
        self.kind = kind
        self.namespace = kind.isNamespaced ? namespace : nil
        self.name = name
    }

    var description: String { "\(kind) \(namespace.map { $0 + "/" } ?? "")\(name)" }
}
