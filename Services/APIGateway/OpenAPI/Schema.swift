import KubernetesClient

/// Builds JSON schemas.
enum Schema {
    static let text: JSONValue = ["type": "string"]
    static let integer: JSONValue = ["type": "integer"]
    static let number: JSONValue = ["type": "number"]
    static let bool: JSONValue = ["type": "boolean"]
    static let time: JSONValue = ["type": "string", "format": "date-time"]
    static let nullableText: JSONValue = ["type": ["string", "null"]]

    static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }

    static func list(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items] }

    static func text(of values: some Sequence<String>) -> JSONValue {
        ["type": "string", "enum": .array(values.map { .string($0) })]
    }

    static func dictionary(_ values: JSONValue) -> JSONValue {
        ["type": "object", "additionalProperties": values]
    }

    /// An object of exactly these members; those of `optional` may be missing.
    static func object(_ required: [String: JSONValue], optional: [String: JSONValue] = [:]) -> JSONValue {
        [
            "type": "object", "additionalProperties": false, "required": JSONValue(required.keys.sorted()),
            "properties": .object(required.merging(optional) { first, _ in first }),
        ]
    }

    /// A page of a list.
    static func page(_ item: String) -> JSONValue {
        object(["items": list(reference(item))], optional: ["nextCursor": text])
    }
}
