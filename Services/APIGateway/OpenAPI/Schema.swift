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

    /// A list that is always told as a whole.
    static func whole(_ item: String) -> JSONValue { object(["items": list(reference(item))]) }

    /// A page of a list that is read from its beginning on.
    static func page(_ item: String) -> JSONValue {
        object(["items": list(reference(item))], optional: ["nextCursor": text])
    }

    /// A page of a list that is read in both directions, with how many items there are on all pages.
    static func countedPage(_ item: String) -> JSONValue {
        object(
            ["items": list(reference(item)), "total": integer], optional: ["nextCursor": text, "previousCursor": text])
    }
}
