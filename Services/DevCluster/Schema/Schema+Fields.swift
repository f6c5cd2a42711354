import KubernetesClient

extension Schema {
    /// The paths of fields that the schema does not know, as Kubernetes writes them: `spec.template.spec.containers[0].x`.
    func unknownFields(in value: JSONValue) -> [String] {
        var copy = value
        var found: [String] = []
        prune(&copy, path: "", isRoot: true, found: &found)
        return found.sorted()
    }

    /// Drops the fields that the schema does not know; returns their paths.
    func prune(_ value: inout JSONValue) -> [String] {
        var found: [String] = []
        prune(&value, path: "", isRoot: true, found: &found)
        return found.sorted()
    }

    private func prune(_ value: inout JSONValue, path: String, isRoot: Bool, found: inout [String]) {
        switch value {
        case .object(var members) where kind == .object || (kind == .any && !fields.isEmpty):
            value = .null
            if let values {
                for name in members.keys {
                    guard var member = members.removeValue(forKey: name) else { continue }
                    let known = fields[name]?.schema ?? values
                    known.prune(&member, path: Self.join(path, name), isRoot: false, found: &found)
                    members[name] = member
                }
            } else {
                let fields = fields
                for name in Array(members.keys) {
                    if let field = fields[name] {
                        guard var member = members.removeValue(forKey: name) else { continue }
                        field.schema.prune(&member, path: Self.join(path, name), isRoot: false, found: &found)
                        members[name] = member
                    } else if preservesUnknownFields || ((isRoot || isEmbeddedResource) && Self.typeMeta.contains(name))
                    {
                        continue
                    } else {
                        members[name] = nil
                        found.append(Self.join(path, name))
                    }
                }
            }
            value = .object(members)
        case .array(var elements):
            guard let items else { return }
            value = .null
            for index in elements.indices {
                items.prune(&elements[index], path: "\(path)[\(index)]", isRoot: false, found: &found)
            }
            value = .array(elements)
        default:
            return
        }
    }

    private static let typeMeta: Set<String> = ["apiVersion", "kind"]

    static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// Fills in the schema's defaults where a field is absent, or null though it may not be.
    func applyDefaults(to value: inout JSONValue) {
        switch value {
        case .object(var members):
            guard kind == .object || kind == .any else { return }
            value = .null
            for (name, field) in fields {
                if let standard = field.schema.defaultValue {
                    let present = members[name]
                    if present == nil || (present == .null && !field.schema.isNullable) { members[name] = standard }
                }
                guard var member = members[name], member.isContainer else { continue }
                members[name] = .null
                field.schema.applyDefaults(to: &member)
                members[name] = member
            }
            if let values {
                for (name, member) in members where fields[name] == nil {
                    var member = member
                    if member == .null, !values.isNullable, let standard = values.defaultValue { member = standard }
                    values.applyDefaults(to: &member)
                    members[name] = member
                }
            }
            value = .object(members)
        case .array(var elements):
            guard let items else { return }
            value = .null
            for index in elements.indices { items.applyDefaults(to: &elements[index]) }
            value = .array(elements)
        default:
            return
        }
    }

    /// Drops nulls that are not allowed, which Kubernetes treats as absent.
    func dropNulls(in value: inout JSONValue) {
        switch value {
        case .object(var members):
            value = .null
            for (name, member) in members {
                let schema = fields[name]?.schema ?? values
                if member == .null {
                    if let schema, !schema.isNullable, schema.kind != .any { members[name] = nil }
                } else if let schema, member.isContainer {
                    var member = member
                    members[name] = .null
                    schema.dropNulls(in: &member)
                    members[name] = member
                }
            }
            value = .object(members)
        case .array(var elements):
            guard let items else { return }
            value = .null
            for index in elements.indices { items.dropNulls(in: &elements[index]) }
            value = .array(elements)
        default:
            return
        }
    }
}

extension JSONValue {
    /// A list or an object.
    var isContainer: Bool {
        switch self {
        case .array, .object: true
        default: false
        }
    }
}
