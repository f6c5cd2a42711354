import KubernetesClient

/// The form of a value: of a built-in type or of a custom resource.
///
/// The same description serves decoding, unknown fields, defaults, strategic merge patches, field ownership and
/// OpenAPI, so the server cannot contradict itself about a field.
final class Schema: Sendable {
    enum Kind: Sendable {
        case any, object, list, string, integer, number, boolean, bytes, time, microTime, quantity, intOrString
    }

    /// Who owns what in a list, for server-side apply.
    enum Topology: Sendable, Equatable {
        case atomic
        case set
        /// Elements are told apart by these fields.
        case map([String])
    }

    let kind: Kind
    /// The built-in type's name, for an object of one.
    let typeName: String?
    private let ownFields: [String: SchemaField]
    /// The schema of every value of a map.
    let values: Schema?
    /// The schema of every element of a list.
    let items: Schema?
    let topology: Topology
    /// How a strategic merge patch treats a list: merged by this field, or as a set when it is empty; `nil` replaces.
    let patchKey: String?
    /// An object in a strategic merge patch drops the keys that the patch does not name in `$retainKeys`.
    let retainsKeys: Bool
    /// An object or map that has one owner as a whole.
    let isAtomic: Bool
    /// Fields that are not described are kept.
    let preservesUnknownFields: Bool
    let isNullable: Bool
    let defaultValue: JSONValue?
    /// What a custom resource definition demands of values.
    let rules: SchemaRules?
    /// Holds a whole Kubernetes object.
    let isEmbeddedResource: Bool
    /// There are rules in the Common Expression Language in or below it.
    let hasRules: Bool

    init(
        _ kind: Kind, typeName: String? = nil, fields: [String: SchemaField] = [:], values: Schema? = nil,
        items: Schema? = nil, topology: Topology = .atomic, patchKey: String? = nil, retainsKeys: Bool = false,
        isAtomic: Bool = false, preservesUnknownFields: Bool = false, isNullable: Bool = false,
        defaultValue: JSONValue? = nil, rules: SchemaRules? = nil, isEmbeddedResource: Bool = false
    ) {
        self.kind = kind
        self.typeName = typeName
        ownFields = fields
        self.values = values
        self.items = items
        self.topology = topology
        self.patchKey = patchKey
        self.retainsKeys = retainsKeys
        self.isAtomic = isAtomic
        self.preservesUnknownFields = preservesUnknownFields
        self.isNullable = isNullable
        self.defaultValue = defaultValue
        self.rules = rules
        self.isEmbeddedResource = isEmbeddedResource
        hasRules =
            rules?.validations.isEmpty == false || values?.hasRules == true || items?.hasRules == true
            || fields.values.contains { $0.schema.hasRules }
    }

    /// The fields of an object by name. Types may contain themselves, so they are looked up by name.
    var fields: [String: SchemaField] {
        guard let typeName else { return ownFields }
        return BuiltInTypes.table.fields[typeName] ?? [:]
    }

    /// An object whose members are not fields but entries.
    var isMap: Bool { kind == .object && values != nil }

    static let any = Schema(.any)
    static let anyObject = Schema(.object, preservesUnknownFields: true)
}

/// A field of an object.
struct SchemaField: Sendable {
    var schema: Schema
    /// Its number in protobuf; 0 when it is not sent so.
    var number = 0
    var isRequired = false
    /// Part of every object of the type, empty or not: whoever fills it does not own it as such.
    var isAlwaysThere = false
    /// In JSON its fields are those of the object around it.
    var isInlined = false
}
