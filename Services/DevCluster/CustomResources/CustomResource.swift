import KubernetesClient

/// What a custom resource definition says, read once.
final class CustomResource: Sendable {
    /// The definition's own name: `<plural>.<group>`.
    let name: String
    let group: String
    let plural: String
    let singular: String
    let kind: String
    let listKind: String
    let shortNames: [String]
    let categories: [String]
    let isNamespaced: Bool
    let versions: [Version]
    /// Fields by which instances can be selected beside name and namespace.
    let selectableFields: Set<String>

    /// One served version.
    struct Version: Sendable {
        var name: String
        var isServed: Bool
        var isStored: Bool
        var hasStatus: Bool
        var scale: Scale?
        /// `nil` when the definition describes nothing.
        var schema: Schema?
        var columns: [PrinterColumn]
        /// Shown to whoever uses a deprecated version.
        var deprecationWarning: String?
    }

    /// One column of `kubectl get`.
    struct PrinterColumn: Sendable {
        var name: String
        var type: String
        var format: String
        var description: String
        var priority: Int
        var path: String
    }

    /// Where a custom resource keeps what `/scale` shows.
    struct Scale: Sendable {
        var specReplicas: String
        var statusReplicas: String
        var labelSelector: String?
    }

    /// Reads a `CustomResourceDefinition`; `nil` when it lacks what identifies it.
    init?(_ definition: JSONValue) {
        let spec = definition["spec"]
        guard let name = definition["metadata"]["name"].string, let group = spec["group"].string,
            let plural = spec["names"]["plural"].string, let kind = spec["names"]["kind"].string
        else { return nil }
        self.name = name
        self.group = group
        self.plural = plural
        self.kind = kind
        singular = spec["names"]["singular"].string ?? kind.lowercased()
        listKind = spec["names"]["listKind"].string ?? kind + "List"
        shortNames = (spec["names"]["shortNames"].array ?? []).compactMap(\.string)
        categories = (spec["names"]["categories"].array ?? []).compactMap(\.string)
        isNamespaced = spec["scope"].string == "Namespaced"
        selectableFields = Set(
            (spec["versions"].array ?? []).flatMap { $0["selectableFields"].array ?? [] }
                .compactMap { $0["jsonPath"].string.map { String($0.drop { $0 == "." }) } })
        versions = (spec["versions"].array ?? []).compactMap { version in
            guard let name = version["name"].string else { return nil }
            return Version(name: name, kind: kind, group: group, version)
        }
    }

    func version(_ name: String) -> Version? { versions.first { $0.name == name } }

    /// The version in which objects are stored.
    var storage: Version? { versions.first(where: \.isStored) ?? versions.first }

    /// The kind that the definition adds.
    func makeKind() -> ResourceKind {
        ResourceKind(
            group: group, version: storage?.name ?? "v1", versions: versions.filter(\.isServed).map(\.name),
            plural: plural, kind: kind, singular: singular, listKind: listKind, shortNames: shortNames,
            categories: categories, isNamespaced: isNamespaced, hasStatus: storage?.hasStatus ?? false,
            hasScale: storage?.scale != nil, hasGeneration: true, definition: self)
    }

    /// Functions that its rules call and that are not known here.
    var unknownFunctions: Set<String> {
        versions.reduce([]) { $0.union($1.schema?.unknownFunctions ?? []) }
    }

    /// Whether the definition's names were accepted, so that it is served.
    static func isEstablished(_ definition: JSONValue) -> Bool {
        (definition["status"]["conditions"].array ?? []).contains {
            $0["type"].string == "Established" && $0["status"].string == "True"
        }
    }

    /// Says in the definition's status that its instances are being deleted.
    static func markTerminating(_ definition: inout JSONValue) {
        var conditions = (definition["status"]["conditions"].array ?? []).filter { $0["type"].string != "Terminating" }
        conditions.append([
            "type": "Terminating", "status": "True", "reason": "InstanceDeletionInProgress",
            "message": "CustomResource deletion is in progress", "lastTransitionTime": .string(Moment.now()),
        ])
        definition["status"]["conditions"] = .array(conditions)
    }
}

extension CustomResource.Version {
    init(name: String, kind: String, group: String, _ version: JSONValue) {
        let subresources = version["subresources"]
        let schema = version["schema"]["openAPIV3Schema"]
        let deprecation = "\(group)/\(name) \(kind) is deprecated"
        self.init(
            name: name, isServed: version["served"].bool ?? false, isStored: version["storage"].bool ?? false,
            hasStatus: subresources["status"] != nil, scale: CustomResource.Scale(subresources["scale"]),
            schema: schema.map { Schema(structural: $0, isRoot: true) },
            columns: (version["additionalPrinterColumns"].array ?? []).map { column in
                CustomResource.PrinterColumn(
                    name: column["name"].string ?? "", type: column["type"].string ?? "string",
                    format: column["format"].string ?? "", description: column["description"].string ?? "",
                    priority: column["priority"].int ?? 0, path: column["jsonPath"].string ?? "")
            },
            deprecationWarning: version["deprecated"].bool == true
                ? version["deprecationWarning"].string ?? deprecation : nil)
    }
}

extension CustomResource.Scale {
    init?(_ object: JSONValue?) {
        guard let specReplicas = object["specReplicasPath"].string,
            let statusReplicas = object["statusReplicasPath"].string
        else { return nil }
        self.init(
            specReplicas: specReplicas, statusReplicas: statusReplicas,
            labelSelector: object["labelSelectorPath"].string)
    }
}
