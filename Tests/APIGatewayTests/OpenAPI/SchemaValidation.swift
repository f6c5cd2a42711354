import KubernetesClient
import Synchronization

/// Checks values against the JSON schemas of the API's document, as far as they are used in it.
final class SchemaValidation: Sendable {
    let document: JSONValue
    /// The properties that values had, each as the schema's name and the way to it from there.
    private let met = Mutex<Set<String>>([])

    init(document: JSONValue) { self.document = document }

    /// The properties of the schemas given, and of those that they refer to, that no value had.
    func unmetProperties(of names: some Sequence<String>) -> [String] {
        var (known, waiting, all) = (Set<String>(), Array(names), Set<String>())
        while let name = waiting.popLast() {
            guard known.insert(name).inserted else { continue }
            gather(document["components"]["schemas"][name], at: name, into: &all, references: &waiting)
        }
        return all.subtracting(met.withLock { $0 }).sorted()
    }

    private func gather(
        _ schema: JSONValue?, at place: String, into all: inout Set<String>, references: inout [String]
    ) {
        guard let schema else { return }
        if let name = schema["$ref"].string?.split(separator: "/").last { references.append(String(name)) }
        for (name, property) in schema["properties"].object ?? [:] {
            all.insert("\(place).\(name)")
            gather(property, at: "\(place).\(name)", into: &all, references: &references)
        }
        for nested in [schema["items"], schema["additionalProperties"]] {
            gather(nested, at: place, into: &all, references: &references)
        }
    }

    /// What does not fit, each with its place.
    func problems(
        of value: JSONValue, against schema: JSONValue?, at path: String = "$", in place: String = ""
    ) -> [String] {
        guard let schema else { return ["\(path): no schema"] }
        if let name = schema["$ref"].string?.split(separator: "/").last.map(String.init) {
            let target = document["components"]["schemas"][name]
            return problems(of: value, against: target, at: path, in: name)
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
                problems(of: $0.element, against: schema["items"], at: "\(path)[\($0.offset)]", in: place)
            }
        case .object(let members): return problems(of: members, against: schema, at: path, in: place)
        default: return []
        }
    }

    private func problems(
        of members: [String: JSONValue], against schema: JSONValue, at path: String, in place: String
    ) -> [String] {
        let known = schema["properties"].object ?? [:]
        let missing = (schema["required"].array ?? []).compactMap(\.string).filter { members[$0] == nil }
        var found = missing.map { "\(path): \($0) is missing" }
        for (name, member) in members {
            if let property = known[name] {
                _ = met.withLock { $0.insert("\(place).\(name)") }
                found += problems(of: member, against: property, at: "\(path).\(name)", in: "\(place).\(name)")
            } else if schema["additionalProperties"].bool == false {
                found.append("\(path): \(name) is not in the schema")
            } else if let values = schema["additionalProperties"], values.object != nil {
                found += problems(of: member, against: values, at: "\(path).\(name)", in: place)
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
