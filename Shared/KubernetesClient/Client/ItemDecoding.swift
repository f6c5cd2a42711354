import Foundation

/// How answers become what the caller asked for: any object, or a typed model.
struct ItemDecoding<Item: Sendable>: Sendable {
    struct Page: Sendable {
        var items: [Item]
        var resourceVersion: String
        var next: String?
    }

    /// An object from an answer's bytes.
    var object: @Sendable ([UInt8]) throws -> Item
    /// A page of a list from an answer's bytes.
    var page: @Sendable ([UInt8]) throws -> Page
    /// An object from within a watch's event.
    var event: @Sendable (JSONValue) throws -> Item
}

extension ItemDecoding where Item == KubernetesObject {
    static func dynamic(_ type: ResourceType) -> ItemDecoding {
        ItemDecoding(
            object: { KubernetesObject(try JSONValue(parsing: $0)) },
            page: { bytes in
                let list = try JSONValue(parsing: bytes)
                let items = (list["items"].array ?? []).map { item in
                    var object = KubernetesObject(item)
                    // Lists of built-in types leave these out of their items.
                    if object.apiVersion.isEmpty { object["apiVersion"] = .string(type.apiVersion) }
                    if object.kind.isEmpty { object["kind"] = .string(type.kind) }
                    return object
                }
                return Page(
                    items: items, resourceVersion: list["metadata"]["resourceVersion"].string ?? "",
                    next: list["metadata"]["continue"].string)
            },
            event: { KubernetesObject($0) })
    }
}

extension ItemDecoding where Item: KubernetesResource {
    static func typed(_ type: Item.Type) -> ItemDecoding {
        ItemDecoding(
            object: { try KubernetesJSON.decoder.decode(Item.self, from: Data($0)) },
            page: { bytes in
                let list = try KubernetesJSON.decoder.decode(TypedList<Item>.self, from: Data(bytes))
                return Page(
                    items: list.items ?? [], resourceVersion: list.metadata.resourceVersion ?? "",
                    next: list.metadata.next)
            },
            event: { try $0.decoded(as: Item.self) })
    }
}

private struct TypedList<Item: Decodable>: Decodable {
    struct Metadata: Decodable {
        enum CodingKeys: String, CodingKey {
            case resourceVersion
            case next = "continue"
        }

        var resourceVersion: String?
        var next: String?
    }

    var metadata: Metadata
    var items: [Item]?
}
