import KubernetesClient

/// Checks values against the JSON schemas of the API's document, as far as they are used in it.
struct SchemaValidation {
    let document: JSONValue

    /// What does not fit, each with its place.
    func problems(of value: JSONValue, against schema: JSONValue?, at path: String = "$") -> [String] {
        guard let schema else { return ["\(path): no schema"] }
        if let name = schema["$ref"].string?.split(separator: "/").last {
            let target = document["components"]["schemas"][String(name)]
            return problems(of: value, against: target, at: path)
        }
        if let choices = schema["oneOf"].array {
            return choices.contains { problems(of: value, against: $0).isEmpty } ? [] : ["\(path): fits no choice"]
        }
        let types = schema["type"].array?.compactMap(\.string) ?? [schema["type"].string].compactMap { $0 }
        guard types.contains(where: { fits(value, $0) }) else { return ["\(path): \(value) is no \(types)"] }
        if let allowed = schema["enum"].array, !allowed.contains(value) { return ["\(path): \(value) is not allowed"] }
        switch value {
        case .array(let elements):
            return elements.enumerated().flatMap {
                problems(of: $0.element, against: schema["items"], at: "\(path)[\($0.offset)]")
            }
        case .object(let members): return problems(of: members, against: schema, at: path)
        default: return []
        }
    }

    private func problems(of members: [String: JSONValue], against schema: JSONValue, at path: String) -> [String] {
        let known = schema["properties"].object ?? [:]
        let missing = (schema["required"].array ?? []).compactMap(\.string).filter { members[$0] == nil }
        var found = missing.map { "\(path): \($0) is missing" }
        for (name, member) in members {
            if let property = known[name] {
                found += problems(of: member, against: property, at: "\(path).\(name)")
            } else if schema["additionalProperties"].bool == false {
                found.append("\(path): \(name) is not in the schema")
            } else if let values = schema["additionalProperties"], values.object != nil {
                found += problems(of: member, against: values, at: "\(path).\(name)")
            }
        }
        return found
    }

    private func fits(_ value: JSONValue, _ type: String) -> Bool {
        switch (type, value) {
        case ("string", .string), ("boolean", .bool), ("array", .array), ("object", .object), ("null", .null),
            ("number", .int), ("number", .double), ("integer", .int):
            true
        default: false
        }
    }
}
