import Foundation
import KubernetesClient

/// Checks custom resource definitions.
enum DefinitionValidation {
    static func problems(_ object: JSONValue) -> [FieldProblem] {
        let spec = object["spec"]
        var found: [FieldProblem] = []
        let group = spec["group"].string ?? ""
        let plural = spec["names"]["plural"].string ?? ""
        let name = object["metadata"]["name"].string ?? ""
        if name != "\(plural).\(group)" {
            found.append(.invalid("metadata.name", .string(name), "must be spec.names.plural+\".\"+spec.group"))
        }
        if group.split(separator: ".").count < 2 {
            found.append(
                .invalid("spec.group", .string(group), "should be a domain with at least one dot"))
        }
        if (spec["names"]["kind"].string ?? "").isEmpty { found.append(.required("spec.names.kind")) }
        let scopes = ["Cluster", "Namespaced"]
        if !scopes.contains(spec["scope"].string ?? "") {
            found.append(.notSupported("spec.scope", spec["scope"] ?? "", scopes))
        }
        let versions = spec["versions"].array ?? []
        if versions.filter({ $0["storage"].bool == true }).count != 1 {
            found.append(
                .invalid(
                    "spec.versions", .array(versions.map { $0["name"] ?? "" }),
                    "must have exactly one version marked as storage version"))
        }
        for (index, version) in versions.enumerated() {
            let path = versions.count == 1 ? "spec.validation" : "spec.versions[\(index)].schema"
            guard let schema = version["schema"]["openAPIV3Schema"] else {
                found.append(
                    .required("spec.versions[\(index)].schema.openAPIV3Schema", "schemas are required"))
                continue
            }
            if schema["type"].string != "object" {
                found.append(
                    .invalid("\(path).openAPIV3Schema.type", schema["type"] ?? "", "must be object at the root"))
            }
            found += structure(schema, at: "\(path).openAPIV3Schema", isRoot: true)
        }
        return found
    }

    /// A rule in the Common Expression Language must be one.
    private static func problems(of rule: JSONValue, schema: Schema, at path: String) -> [FieldProblem] {
        guard let text = rule["rule"].string, !text.isEmpty else {
            return [.required("\(path).rule", "rule is not specified")]
        }
        do throws(CELError) {
            let read = try CELRule(rule)
            let causes =
                read.unknownNames.sorted().map { "undeclared reference to '\($0)' (in container '')" }
                + CELFieldCheck.undefinedFields(in: read, schema: schema).sorted().map { "undefined field '\($0)'" }
            return causes.map {
                .invalid("\(path).rule", .string(text), "compilation failed: ERROR: <input>: \($0)")
            }
        } catch {
            return [
                .invalid("\(path).rule", .string(text), "compilation failed: ERROR: <input>: \(error.message)")
            ]
        }
    }

    /// A structural schema says the type of every field.
    private static func structure(_ schema: JSONValue, at path: String, isRoot: Bool = false) -> [FieldProblem] {
        var found: [FieldProblem] = []
        let isFree =
            schema["x-kubernetes-int-or-string"].bool == true
            || schema["x-kubernetes-preserve-unknown-fields"].bool == true
        if (schema["type"].string ?? "").isEmpty, !isFree, !isRoot {
            found.append(.required("\(path).type", "must not be empty for specified object fields"))
        }
        if let pattern = schema["pattern"].string, (try? NSRegularExpression(pattern: pattern)) == nil {
            found.append(.invalid("\(path).pattern", .string(pattern), "must be a valid regular expression"))
        }
        for (index, rule) in (schema["x-kubernetes-validations"].array ?? []).enumerated() {
            found += problems(
                of: rule, schema: Schema(structural: schema, isRoot: isRoot),
                at: "\(path).x-kubernetes-validations[\(index)]")
        }
        for (name, part) in (schema["properties"].object ?? [:]).sorted(by: { $0.key < $1.key }) {
            if isRoot, name == "metadata" { continue }
            found += structure(part, at: "\(path).properties[\(name)]")
        }
        if let items = schema["items"] { found += structure(items, at: "\(path).items") }
        if let values = schema["additionalProperties"], values.object != nil {
            found += structure(values, at: "\(path).additionalProperties")
        }
        if schema["type"].string == "array", schema["items"] == nil {
            found.append(.required("\(path).items", "must be specified"))
        }
        return found
    }
}
