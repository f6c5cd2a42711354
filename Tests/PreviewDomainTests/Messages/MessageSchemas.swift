import Foundation
import PreviewDomain

/// Finds out the JSON schemas of messages' data from their examples: Swift's types give objects their names and texts
/// their known values; which fields have to be there, and which numbers are whole, the decoder tells when it is asked.
struct MessageSchemas {
    private(set) var definitions: [String: JSONNode] = [:]
    private var probe: (JSONNode) -> Bool = { _ in true }
    private var whole: JSONNode = .null

    /// Adds the schema of a message's data, under the name of its type, and those of the objects in it.
    mutating func add<Payload: MessagePayload>(_ example: Payload) throws {
        whole = try JSONDecoder().decode(JSONNode.self, from: JSONCoding.encoder.encode(example))
        probe = { node in
            guard let data = try? JSONEncoder().encode(node) else { return false }
            return (try? JSONCoding.decoder.decode(Payload.self, from: data)) != nil
        }
        let name = Self.name(of: Payload.self)
        let schema = schema(of: whole, value: example, at: [])
        if schema != Self.reference(name) { definitions[name] = schema }
    }

    private static func name(of type: Any.Type) -> String {
        String(reflecting: type).split(separator: ".").dropFirst().joined(separator: ".")
    }

    private static func reference(_ name: String) -> JSONNode { .object(["$ref": .string("#/$defs/\(name)")]) }

    /// - Parameters:
    ///   - value: what the node is made from, where that is known.
    ///   - path: the way to it from the message's data.
    private mutating func schema(of node: JSONNode, value: Any?, at path: [JSONStep]) -> JSONNode {
        let value = value.flatMap(Self.unwrapped)
        switch node {
        case .null: return .object([:])
        case .bool: return .object(["type": "boolean"])
        case .number:
            let takesParts = probe(whole.replacing(path[...], with: .number(0.5)))
            return .object(["type": takesParts ? "number" : "integer"])
        case .string(let text): return Self.text(text, value: value)
        case .array(let elements):
            let values = value.map { Mirror(reflecting: $0).children.map(\.value) } ?? []
            let items = elements.enumerated().map { index, element in
                schema(
                    of: element, value: values.count == elements.count ? values[index] : nil, at: path + [.index(index)]
                )
            }
            return .object(["type": "array", "items": items.reduce(.object([:]), Self.merged)])
        case .object(let members):
            let mirror = value.map { Mirror(reflecting: $0) }
            if mirror?.displayStyle == .dictionary { return dictionary(members, value: value, at: path) }
            return object(members, value: value, at: path)
        }
    }

    private mutating func dictionary(_ members: [String: JSONNode], value: Any?, at path: [JSONStep]) -> JSONNode {
        let values = (value as? [String: Any]) ?? [:]
        let all = members.sorted { $0.key < $1.key }.map { key, member in
            schema(of: member, value: values[key], at: path + [.key(key)])
        }
        return .object(["type": "object", "additionalProperties": all.reduce(.object([:]), Self.merged)])
    }

    private mutating func object(_ members: [String: JSONNode], value: Any?, at path: [JSONStep]) -> JSONNode {
        let children = value.map { Mirror(reflecting: $0).children } ?? Mirror.Children([])
        // A type that is written as the one value that it holds.
        if children.count == 1, let only = children.first, members[only.label ?? ""] == nil, !members.isEmpty,
            Mirror(reflecting: only.value).displayStyle == .struct
        {
            return object(members, value: only.value, at: path)
        }
        var (properties, required): ([String: JSONNode], [JSONNode]) = ([:], [])
        for (key, member) in members.sorted(by: { $0.key < $1.key }) {
            let child = children.first { $0.label == key }?.value
            properties[key] = schema(of: member, value: child, at: path + [.key(key)])
            if !probe(whole.replacing((path + [.key(key)])[...], with: nil)) { required.append(.string(key)) }
        }
        let schema = JSONNode.object([
            "type": "object", "properties": .object(properties), "required": .array(required),
        ])
        guard let value else { return schema }
        let name = Self.name(of: type(of: value))
        definitions[name] = definitions[name].map { Self.merged($0, schema) } ?? schema
        return Self.reference(name)
    }

    private static func text(_ text: String, value: Any?) -> JSONNode {
        if let type = value.map({ type(of: $0) }) as? any CaseIterable.Type {
            return .object(["type": "string", "enum": .array(cases(of: type))])
        }
        let isTime = text.contains(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/)
        return .object(isTime ? ["type": "string", "format": "date-time"] : ["type": "string"])
    }

    private static func cases<Value: CaseIterable>(of type: Value.Type) -> [JSONNode] {
        Value.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }.map(JSONNode.string)
    }

    private static func unwrapped(_ value: Any) -> Any? {
        let mirror = Mirror(reflecting: value)
        return mirror.displayStyle == .optional ? mirror.children.first.flatMap { unwrapped($0.value) } : value
    }

    /// The schema of what fits either: every property of both, and of those that are required the ones that both require.
    private static func merged(_ left: JSONNode, _ right: JSONNode) -> JSONNode {
        guard case .object(var members) = left, case .object(let others) = right, !members.isEmpty else { return right }
        guard case .object(let mine)? = members["properties"], case .object(let theirs)? = others["properties"],
            case .array(let first)? = members["required"], case .array(let second)? = others["required"]
        else { return left }
        members["properties"] = .object(mine.merging(theirs, uniquingKeysWith: merged))
        members["required"] = .array(first.filter(second.contains))
        return .object(members)
    }
}

/// A step on the way into a JSON value.
enum JSONStep: Hashable {
    case key(String)
    case index(Int)
}

/// A JSON value.
enum JSONNode: Codable, Hashable, ExpressibleByStringLiteral {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONNode])
    case object([String: JSONNode])

    init(stringLiteral text: String) { self = .string(text) }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONNode].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONNode].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value):
            if let whole = Int64(exactly: value) { try container.encode(whole) } else { try container.encode(value) }
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    /// The value with another one at a place; with nothing there where that is `nil`.
    func replacing(_ path: ArraySlice<JSONStep>, with new: JSONNode?) -> JSONNode {
        guard let step = path.first else { return new ?? .null }
        let rest = path.dropFirst()
        switch (self, step) {
        case (.object(var members), .key(let key)):
            members[key] = rest.isEmpty ? new : members[key]?.replacing(rest, with: new)
            return .object(members)
        case (.array(var elements), .index(let index)):
            elements[index] = elements[index].replacing(rest, with: new)
            return .array(elements)
        default: return self
        }
    }
}
