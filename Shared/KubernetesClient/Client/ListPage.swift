/// A page of a list.
struct ListPage: Sendable {
    var items: [KubernetesObject]
    var resourceVersion: String
    /// Where the next page begins; `nil` after the last one.
    var next: String?

    /// Reads an answer's bytes.
    init(_ bytes: [UInt8], of type: ResourceType) throws(JSONParsingError) {
        let list = try JSONValue(parsing: bytes)
        items = (list["items"].array ?? []).map { item in
            var object = KubernetesObject(item)
            // Lists of built-in types leave these out of their items.
            if object.apiVersion.isEmpty { object["apiVersion"] = .string(type.apiVersion) }
            if object.kind.isEmpty { object["kind"] = .string(type.kind) }
            return object
        }
        resourceVersion = list["metadata"]["resourceVersion"].string ?? ""
        next = list["metadata"]["continue"].string.flatMap { $0.isEmpty ? nil : $0 }
    }
}
