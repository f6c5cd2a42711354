import KubernetesClient

/// The OpenAPI v3 document of one group and version, made from the same schemas that validate.
struct OpenAPIDocument {
    private let kinds: KindRegistry
    private let group: String
    private let version: String
    private var components: [String: JSONValue] = [:]

    static func make(_ kinds: KindRegistry, group: String, version: String) -> JSONValue {
        var document = OpenAPIDocument(kinds: kinds, group: group, version: version)
        return document.build()
    }

    private init(kinds: KindRegistry, group: String, version: String) {
        self.kinds = kinds
        self.group = group
        self.version = version
    }

    private mutating func build() -> JSONValue {
        var paths: [String: JSONValue] = [:]
        let base = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        for kind in kinds.all where kind.group == group && kind.versions.contains(version) {
            add(kind)
            let collection = base + (kind.isNamespaced ? "/namespaces/{namespace}/" : "/") + kind.plural
            paths[collection] = ["get": operation(kind, "list"), "post": operation(kind, "post")]
            paths[collection + "/{name}"] = [
                "get": operation(kind, "get"), "put": operation(kind, "put"), "patch": operation(kind, "patch"),
                "delete": operation(kind, "delete"),
            ]
            for (name, isServed) in [("status", kind.hasStatus), ("scale", kind.hasScale)] where isServed {
                paths["\(collection)/{name}/\(name)"] = [
                    "get": operation(kind, "get"), "put": operation(kind, "put"), "patch": operation(kind, "patch"),
                ]
            }
        }
        return [
            "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": "v1.36.2"], "paths": .object(paths),
            "components": ["schemas": .object(components)],
        ]
    }

    private func operation(_ kind: ResourceKind, _ action: String) -> JSONValue {
        var names = ["pretty"]
        switch action {
        case "post", "put": names += ["dryRun", "fieldManager", "fieldValidation"]
        case "patch": names += ["dryRun", "fieldManager", "fieldValidation", "force"]
        case "delete": names += ["dryRun", "gracePeriodSeconds", "propagationPolicy"]
        case "list": names += ["continue", "fieldSelector", "labelSelector", "limit", "resourceVersion", "watch"]
        default: break
        }
        let reference: JSONValue = ["$ref": .string("#/components/schemas/\(componentName(kind))")]
        var operation: JSONValue = [
            "operationId": .string(action + kind.kind),
            "parameters": .array(names.map { ["name": .string($0), "in": "query", "schema": ["type": "string"]] }),
            "responses": ["200": ["description": "OK", "content": ["application/json": ["schema": reference]]]],
            "x-kubernetes-action": .string(action), "x-kubernetes-group-version-kind": identity(kind),
        ]
        if action == "post" || action == "put" {
            operation["requestBody"] = ["required": true, "content": ["*/*": ["schema": reference]]]
        }
        return operation
    }

    private func identity(_ kind: ResourceKind) -> JSONValue {
        ["group": .string(group), "version": .string(version), "kind": .string(kind.kind)]
    }

    private func componentName(_ kind: ResourceKind) -> String {
        guard kind.definition != nil else {
            return Self.name(of: BuiltInTypes.schema(kind: kind.kind, version: version)?.typeName ?? kind.kind)
        }
        return group.split(separator: ".").reversed().joined(separator: ".") + ".\(version).\(kind.kind)"
    }

    private static func name(of type: String) -> String { "io.k8s.api.v1.\(type)" }

    // MARK: Schemas

    private mutating func add(_ kind: ResourceKind) {
        let schema = kinds.schema(for: kind, version: version)
        let name = componentName(kind)
        var described: JSONValue
        if let type = schema?.typeName {
            described = object(type)
        } else {
            described = schema.map { describe($0, isRoot: true) } ?? ["type": "object"]
            if schema?.fields.isEmpty ?? true { described["x-kubernetes-preserve-unknown-fields"] = true }
        }
        described["properties"]["apiVersion"] = ["type": "string"]
        described["properties"]["kind"] = ["type": "string"]
        described["x-kubernetes-group-version-kind"] = [identity(kind)]
        components[name] = described
    }

    /// Refers to a built-in type and describes it once.
    private mutating func reference(_ type: String) -> JSONValue {
        let name = Self.name(of: type)
        if components[name] == nil {
            components[name] = [:]  // Types may contain themselves.
            components[name] = object(type)
        }
        return ["$ref": .string("#/components/schemas/\(name)")]
    }

    private mutating func object(_ type: String) -> JSONValue {
        var properties: [String: JSONValue] = [:]
        var required: [String] = []
        for (name, field) in (BuiltInTypes.table.fields[type] ?? [:]).sorted(by: { $0.key < $1.key }) {
            properties[name] = describe(field.schema)
            if field.isRequired { required.append(name) }
        }
        var described: JSONValue = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { described["required"] = JSONValue(required) }
        return described
    }

    private mutating func describe(_ schema: Schema, isRoot: Bool = false) -> JSONValue {
        var described: JSONValue = [:]
        switch schema.kind {
        case .any: break
        case .string: described["type"] = "string"
        case .bytes: described = ["type": "string", "format": "byte"]
        case .time, .microTime: described = ["type": "string", "format": "date-time"]
        case .integer: described = ["type": "integer", "format": "int64"]
        case .number: described = ["type": "number", "format": "double"]
        case .boolean: described["type"] = "boolean"
        case .intOrString: described = ["oneOf": [["type": "integer"], ["type": "string"]], "format": "int-or-string"]
        case .quantity: described = ["oneOf": [["type": "string"], ["type": "number"]]]
        case .list:
            described["type"] = "array"
            described["items"] = schema.items.map { describe($0) } ?? [:]
        case .object:
            if let type = schema.typeName, !isRoot {
                described["allOf"] = [reference(type)]
                described["default"] = [:]
            } else {
                described["type"] = "object"
                var properties: [String: JSONValue] = [:]
                for (name, field) in schema.fields { properties[name] = describe(field.schema) }
                if !properties.isEmpty { described["properties"] = .object(properties) }
                if let values = schema.values { described["additionalProperties"] = describe(values) }
            }
        }
        if schema.preservesUnknownFields { described["x-kubernetes-preserve-unknown-fields"] = true }
        if let standard = schema.defaultValue { described["default"] = standard }
        if let rules = schema.rules {
            if let allowed = rules.allowed { described["enum"] = .array(allowed) }
            if let pattern = rules.patternText { described["pattern"] = .string(pattern) }
            if !rules.required.isEmpty { described["required"] = JSONValue(rules.required) }
        }
        describe(merging: schema, &described)
        return described
    }

    private func describe(merging schema: Schema, _ described: inout JSONValue) {
        switch schema.topology {
        case .atomic:
            if schema.kind == .list { described["x-kubernetes-list-type"] = "atomic" }
        case .set: described["x-kubernetes-list-type"] = "set"
        case .map(let keys):
            described["x-kubernetes-list-type"] = "map"
            described["x-kubernetes-list-map-keys"] = JSONValue(keys)
        }
        if schema.isAtomic { described["x-kubernetes-map-type"] = "atomic" }
        if let key = schema.patchKey {
            let strategy = schema.items?.retainsKeys == true ? "merge,retainKeys" : "merge"
            described["x-kubernetes-patch-strategy"] = .string(strategy)
            if !key.isEmpty { described["x-kubernetes-patch-merge-key"] = .string(key) }
        } else if schema.retainsKeys {
            described["x-kubernetes-patch-strategy"] = "retainKeys"
        }
    }
}
