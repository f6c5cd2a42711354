import Foundation
import KubernetesClient

/// What a custom resource definition demands of a value beyond its type.
final class SchemaRules: Sendable {
    let allowed: [JSONValue]?
    let patternText: String?
    /// Immutable and documented as safe to share between threads.
    let pattern: NSRegularExpression?
    let format: String?
    let minimum: Double?
    let maximum: Double?
    let excludesMinimum: Bool
    let excludesMaximum: Bool
    let multipleOf: Double?
    let minimumLength: Int?
    let maximumLength: Int?
    let minimumItems: Int?
    let maximumItems: Int?
    let hasUniqueItems: Bool
    let minimumProperties: Int?
    let maximumProperties: Int?
    let required: [String]
    let allOf: [Schema]
    let anyOf: [Schema]
    let oneOf: [Schema]
    let not: Schema?
    /// Rules in the Common Expression Language, without those that call functions which are not known here.
    let validations: [CELRule]
    /// Functions that rules call and that are not known here.
    let unknownFunctions: Set<String>

    init(_ schema: JSONValue) {
        allowed = schema["enum"].array
        patternText = schema["pattern"].string
        // A definition with a bad one is refused.
        pattern = patternText.flatMap { try? NSRegularExpression(pattern: $0) }
        format = schema["format"].string
        minimum = schema["minimum"].double
        maximum = schema["maximum"].double
        excludesMinimum = schema["exclusiveMinimum"].bool ?? false
        excludesMaximum = schema["exclusiveMaximum"].bool ?? false
        multipleOf = schema["multipleOf"].double
        minimumLength = schema["minLength"].int
        maximumLength = schema["maxLength"].int
        minimumItems = schema["minItems"].int
        maximumItems = schema["maxItems"].int
        hasUniqueItems = schema["uniqueItems"].bool ?? false
        minimumProperties = schema["minProperties"].int
        maximumProperties = schema["maxProperties"].int
        required = (schema["required"].array ?? []).compactMap(\.string)
        func schemas(_ name: String) -> [Schema] {
            (schema[name].array ?? []).map { Schema(structural: $0, isValueRule: true) }
        }
        allOf = schemas("allOf")
        anyOf = schemas("anyOf")
        oneOf = schemas("oneOf")
        not = schema["not"].map { Schema(structural: $0, isValueRule: true) }
        // A definition with a rule that cannot be read is refused.
        let rules = (schema["x-kubernetes-validations"].array ?? []).compactMap { try? CELRule($0) }
        validations = rules.filter(\.unknownFunctions.isEmpty)
        unknownFunctions = rules.reduce([]) { $0.union($1.unknownFunctions) }
    }
}

extension Schema {
    /// Functions that rules in or below it call and that are not known here.
    var unknownFunctions: Set<String> {
        guard let rules else { return [] }
        return fields.values.reduce(rules.unknownFunctions) { $0.union($1.schema.unknownFunctions) }
            .union(values?.unknownFunctions ?? []).union(items?.unknownFunctions ?? [])
    }

    /// Reads an `openAPIV3Schema`, or a part of one.
    ///
    /// - Parameter isValueRule: a part below `allOf`, `anyOf`, `oneOf` or `not`, which may demand but not describe.
    convenience init(structural schema: JSONValue, isRoot: Bool = false, isValueRule: Bool = false) {
        var fields: [String: SchemaField] = [:]
        let required = Set((schema["required"].array ?? []).compactMap(\.string))
        for (name, part) in schema["properties"].object ?? [:] {
            fields[name] = SchemaField(
                schema: Schema(structural: part, isValueRule: isValueRule), isRequired: required.contains(name))
        }
        let isEmbedded = schema["x-kubernetes-embedded-resource"].bool ?? false
        if isRoot || isEmbedded {
            fields["apiVersion"] = SchemaField(schema: Schema(.string))
            fields["kind"] = SchemaField(schema: Schema(.string))
            fields["metadata"] = SchemaField(schema: Schema(.object, typeName: "ObjectMeta"))
        }
        var values: Schema?
        var keepsUnknown = schema["x-kubernetes-preserve-unknown-fields"].bool ?? false
        switch schema["additionalProperties"] {
        case .bool(true): keepsUnknown = true
        case .some(let part) where part.object != nil: values = Schema(structural: part, isValueRule: isValueRule)
        default: break
        }
        let topology: Topology =
            switch schema["x-kubernetes-list-type"].string {
            case "set": .set
            case "map": .map((schema["x-kubernetes-list-map-keys"].array ?? []).compactMap(\.string))
            default: .atomic
            }
        self.init(
            Self.kind(of: schema, isValueRule: isValueRule), fields: fields, values: values,
            items: schema["items"].map { Schema(structural: $0, isValueRule: isValueRule) }, topology: topology,
            isAtomic: schema["x-kubernetes-map-type"].string == "atomic",
            preservesUnknownFields: keepsUnknown || isValueRule, isNullable: schema["nullable"].bool ?? false,
            defaultValue: schema["default"], rules: SchemaRules(schema), isEmbeddedResource: isEmbedded)
    }

    private static func kind(of schema: JSONValue, isValueRule: Bool) -> Kind {
        if schema["x-kubernetes-int-or-string"].bool == true { return .intOrString }
        switch schema["type"].string {
        case "object": return .object
        case "array": return .list
        case "string": return .string
        case "integer": return .integer
        case "number": return .number
        case "boolean": return .boolean
        default: return .any
        }
    }
}
