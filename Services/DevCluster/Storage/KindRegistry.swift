import KubernetesClient

/// Every kind that is served: the built-in ones and those that custom resource definitions add.
struct KindRegistry: Sendable {
    private var groups: [String: [String: ResourceKind]] = [:]
    private var definitions: [String: CustomResource] = [:]
    /// Raised with every change of what is served.
    private(set) var revision = 1

    init() {
        for kind in ResourceKind.builtIn { groups[kind.group, default: [:]][kind.plural] = kind }
    }

    /// The kind under a group and a plural name, whatever its versions.
    func kind(group: String, plural: String) -> ResourceKind? { groups[group]?[plural] }

    /// The kind under a group, version and plural name.
    func kind(group: String, version: String, plural: String) -> ResourceKind? {
        guard let kind = groups[group]?[plural], kind.versions.contains(version) else { return nil }
        return kind
    }

    /// The kind that an object calls itself.
    func kind(apiVersion: String, kind name: String) -> ResourceKind? {
        let (group, version) = Self.split(apiVersion)
        return groups[group]?.values.first { $0.kind == name && $0.versions.contains(version) }
    }

    func serves(apiVersion: String, kind: String) -> Bool { self.kind(apiVersion: apiVersion, kind: kind) != nil }

    /// The kind that a custom resource definition of this name adds.
    func kind(definedBy name: String) -> ResourceKind? {
        guard let definition = definitions[name] else { return nil }
        return groups[definition.group]?[definition.plural]
    }

    /// All kinds, by group and plural name.
    var all: [ResourceKind] {
        groups.sorted { $0.key < $1.key }.flatMap { $0.value.sorted { $0.key < $1.key }.map(\.value) }
    }

    static func split(_ apiVersion: String) -> (group: String, version: String) {
        guard let slash = apiVersion.firstIndex(of: "/") else { return ("", apiVersion) }
        return (String(apiVersion[..<slash]), String(apiVersion[apiVersion.index(after: slash)...]))
    }

    // MARK: Schemas

    /// The form of a kind's objects in a version; in the stored one when `nil`.
    func schema(for kind: ResourceKind, version: String? = nil) -> Schema? {
        // The kind may be an older one with the same name: the definition in force counts.
        guard let definition = definitions["\(kind.plural).\(kind.group)"] else {
            return BuiltInTypes.schema(kind: kind.kind, version: version ?? kind.version)
        }
        return (version.flatMap { definition.version($0) } ?? definition.storage)?.schema
    }

    /// A stored object as it is to be read now: a custom resource takes up defaults that came later.
    func current(_ object: JSONValue, _ kind: ResourceKind) -> JSONValue {
        guard kind.definition != nil else { return object }
        var object = object
        object["apiVersion"] = .string(kind.apiVersion)
        schema(for: kind)?.applyDefaults(to: &object)
        return object
    }

    // MARK: Custom resources

    /// A name of a definition that another kind of its group has already.
    func nameConflict(of definition: CustomResource) -> (reason: String, message: String)? {
        for other in (groups[definition.group] ?? [:]).values where other.definition?.name != definition.name {
            let taken = other.shortNames + [other.plural, other.singular]
            if taken.contains(definition.plural) {
                return ("PluralConflict", "\"\(definition.plural)\" is already in use")
            }
            if taken.contains(definition.singular) {
                return ("SingularConflict", "\"\(definition.singular)\" is already in use")
            }
            if let short = definition.shortNames.first(where: taken.contains) {
                return ("ShortNamesConflict", "\"\(short)\" is already in use")
            }
            if other.kind == definition.kind {
                return ("KindConflict", "\"\(definition.kind)\" is already in use")
            }
            if other.listKind == definition.listKind {
                return ("ListKindConflict", "\"\(definition.listKind)\" is already in use")
            }
        }
        return nil
    }

    /// Takes up a definition as stored, or a new version of it. One whose names are taken is not served.
    mutating func register(definition object: JSONValue) {
        guard let definition = CustomResource(object) else { return }
        revision += 1
        if let before = definitions[definition.name] { groups[before.group]?[before.plural] = nil }
        definitions[definition.name] = nil
        guard CustomResource.isEstablished(object) else { return }
        definitions[definition.name] = definition
        groups[definition.group, default: [:]][definition.plural] = definition.makeKind()
    }

    mutating func unregister(definition object: JSONValue) {
        guard let name = object["metadata"]["name"].string, let definition = definitions.removeValue(forKey: name)
        else { return }
        revision += 1
        groups[definition.group]?[definition.plural] = nil
        if groups[definition.group]?.isEmpty == true { groups[definition.group] = nil }
    }
}
