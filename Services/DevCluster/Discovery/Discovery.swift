import KubernetesClient

/// What the API serves, in the forms in which clients ask for it.
enum Discovery {
    static let version: JSONValue = [
        "major": "1", "minor": "36", "emulationMajor": "1", "emulationMinor": "36", "minCompatibilityMajor": "1",
        "minCompatibilityMinor": "35", "gitVersion": "v1.36.2", "gitCommit": "dev-cluster", "gitTreeState": "clean",
        "buildDate": "2026-01-01T00:00:00Z", "goVersion": "none", "compiler": "swiftc", "platform": "linux/amd64",
    ]

    /// Every group, the built-in ones first as Kubernetes orders them, then those of custom resources.
    static func groupNames(_ kinds: KindRegistry) -> [String] {
        let order = [
            "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "autoscaling", "batch",
            "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "storage.k8s.io",
            "admissionregistration.k8s.io", "apiextensions.k8s.io", "scheduling.k8s.io", "coordination.k8s.io",
            "discovery.k8s.io",
        ]
        return order + Set(kinds.all.map(\.group)).subtracting(order).subtracting([""]).sorted()
    }

    /// A group's versions, the preferred one first.
    static func versions(_ kinds: KindRegistry, group: String) -> [String] {
        if ["events.k8s.io", "authentication.k8s.io", "authorization.k8s.io"].contains(group) { return ["v1"] }
        var found: [String] = []
        for version in kinds.all.filter({ $0.group == group }).flatMap(\.versions) where !found.contains(version) {
            found.append(version)
        }
        return found.sorted { VersionPriority($0) > VersionPriority($1) }
    }

    static func group(_ kinds: KindRegistry, _ name: String) -> JSONValue? {
        let versions = versions(kinds, group: name).map { version -> JSONValue in
            ["groupVersion": .string("\(name)/\(version)"), "version": .string(version)]
        }
        guard let preferred = versions.first else { return nil }
        return [
            "kind": "APIGroup", "apiVersion": "v1", "name": .string(name), "versions": .array(versions),
            "preferredVersion": preferred,
        ]
    }

    static func groups(_ kinds: KindRegistry) -> JSONValue {
        [
            "kind": "APIGroupList", "apiVersion": "v1",
            "groups": .array(
                groupNames(kinds).compactMap { name in
                    var group = group(kinds, name)
                    group["kind"] = nil
                    group["apiVersion"] = nil
                    return group
                }),
        ]
    }

    static let coreVersions: JSONValue = [
        "kind": "APIVersions", "versions": ["v1"],
        "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1"]],
    ]

    // MARK: Resources

    /// One resource with its subresources, before it takes one of the two forms.
    struct Resource {
        var plural: String
        var singular: String
        var kind: String
        var isNamespaced: Bool
        /// Custom resources name their group and version in each place; built-in ones leave out what is the list's own.
        var isCustom = false
        var verbs: [String]
        var shortNames: [String] = []
        var categories: [String] = []
        var subresources: [(name: String, group: String, version: String, kind: String, verbs: [String])] = []
    }

    static func served(_ kinds: KindRegistry, group: String, version: String) -> [Resource] {
        var found = kinds.all.filter { $0.group == group && $0.versions.contains(version) }.map(resource)
        if group == "events.k8s.io" {
            var events = resource(.events)
            events.shortNames = ["ev"]
            found = [events]
        }
        found += Review.allCases.filter { $0.group == group }.map { review in
            Resource(
                plural: review.rawValue, singular: review.kind.lowercased(), kind: review.kind,
                isNamespaced: review == .localAccess, verbs: ["create"])
        }
        return found
    }

    private static func resource(_ kind: ResourceKind) -> Resource {
        var resource = Resource(
            plural: kind.plural, singular: kind.singular, kind: kind.kind, isNamespaced: kind.isNamespaced,
            isCustom: kind.definition != nil, verbs: kind.verbs, shortNames: kind.shortNames,
            categories: kind.categories)
        let change = ["get", "patch", "update"]
        if kind == .namespaces { resource.subresources.append(("finalize", "", "v1", kind.kind, ["update"])) }
        if kind == .pods {
            resource.subresources.append(("eviction", "policy", "v1", "Eviction", ["create"]))
            resource.subresources.append(("log", "", "v1", kind.kind, ["get"]))
        }
        if kind.hasScale { resource.subresources.append(("scale", "autoscaling", "v1", "Scale", change)) }
        if kind == .serviceAccounts {
            resource.subresources.append(("token", "authentication.k8s.io", "v1", "TokenRequest", ["create"]))
        }
        if kind.hasStatus { resource.subresources.append(("status", kind.group, kind.version, kind.kind, change)) }
        return resource
    }

    /// The plain list of one group and version.
    static func resources(_ kinds: KindRegistry, group: String, version: String) -> JSONValue {
        var list: [JSONValue] = []
        for resource in served(kinds, group: group, version: version) {
            var entry: JSONValue = [
                "name": .string(resource.plural), "singularName": .string(resource.singular),
                "namespaced": .bool(resource.isNamespaced), "kind": .string(resource.kind),
                "verbs": JSONValue(resource.verbs),
            ]
            if !resource.shortNames.isEmpty { entry["shortNames"] = JSONValue(resource.shortNames) }
            if !resource.categories.isEmpty { entry["categories"] = JSONValue(resource.categories) }
            list.append(entry)
            for part in resource.subresources {
                var entry: JSONValue = [
                    "name": .string("\(resource.plural)/\(part.name)"), "singularName": "",
                    "namespaced": .bool(resource.isNamespaced), "kind": .string(part.kind),
                    "verbs": JSONValue(part.verbs),
                ]
                if part.group != group {
                    entry["group"] = .string(part.group)
                    entry["version"] = .string(part.version)
                }
                list.append(entry)
            }
        }
        return [
            "kind": "APIResourceList", "apiVersion": "v1",
            "groupVersion": .string(group.isEmpty ? version : "\(group)/\(version)"), "resources": .array(list),
        ]
    }

    /// Everything at once, for `/api` or `/apis`.
    static func aggregated(_ kinds: KindRegistry, isCore: Bool) -> JSONValue {
        let items = (isCore ? [""] : groupNames(kinds)).map { group -> JSONValue in
            let versions = isCore ? ["v1"] : versions(kinds, group: group)
            return [
                "metadata": group.isEmpty ? [:] : ["name": .string(group)],
                "versions": .array(
                    versions.map { version in
                        [
                            "version": .string(version), "freshness": "Current",
                            "resources": .array(
                                served(kinds, group: group, version: version).map {
                                    aggregate($0, group: group, version: version)
                                }),
                        ]
                    }),
            ]
        }
        return [
            "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": [:],
            "items": .array(items),
        ]
    }

    private static func aggregate(_ resource: Resource, group: String, version: String) -> JSONValue {
        let isPlain = !resource.isCustom
        var entry: JSONValue = [
            "resource": .string(resource.plural),
            "responseKind": [
                "group": .string(isPlain ? "" : group), "version": .string(isPlain ? "" : version),
                "kind": .string(resource.kind),
            ],
            "scope": resource.isNamespaced ? "Namespaced" : "Cluster",
            "singularResource": .string(resource.singular), "verbs": JSONValue(resource.verbs),
        ]
        if !resource.shortNames.isEmpty { entry["shortNames"] = JSONValue(resource.shortNames) }
        if !resource.categories.isEmpty { entry["categories"] = JSONValue(resource.categories) }
        if !resource.subresources.isEmpty {
            entry["subresources"] = .array(
                resource.subresources.map { part in
                    [
                        "subresource": .string(part.name), "verbs": JSONValue(part.verbs),
                        // Empty where it is the kind's own.
                        "responseKind": [
                            "group": .string(isPlain && part.group == group ? "" : part.group),
                            "version": .string(isPlain && part.group == group ? "" : part.version),
                            "kind": .string(part.kind),
                        ],
                    ]
                })
        }
        return entry
    }
}

/// Orders versions as Kubernetes does: `v2` before `v1`, both before `v1beta2`, that before `v1alpha1`.
struct VersionPriority: Comparable {
    private let rank: (stability: Int, major: Int, minor: Int)
    private let text: String

    init(_ version: String) {
        text = version
        let body = version.dropFirst()
        let major = body.prefix(while: \.isNumber)
        let rest = body[major.endIndex...]
        let stability = rest.isEmpty ? 3 : rest.hasPrefix("beta") ? 2 : rest.hasPrefix("alpha") ? 1 : 0
        let minor = rest.drop { !$0.isNumber }
        rank = (version.first == "v" ? stability : 0, Int(major) ?? 0, Int(minor) ?? 0)
    }

    static func == (left: VersionPriority, right: VersionPriority) -> Bool { left.text == right.text }

    static func < (left: VersionPriority, right: VersionPriority) -> Bool {
        left.rank != right.rank ? left.rank < right.rank : left.text > right.text
    }
}
