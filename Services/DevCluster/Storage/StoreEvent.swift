import KubernetesClient

/// One version of one object: immutable, encoded once, shared by every reader.
final class StoredObject: Sendable {
    let value: JSONValue
    /// `value` as JSON: what lists and watches send.
    let encoded: [UInt8]
    let resourceVersion: Int

    /// `encoded` without kind and apiVersion, as lists of built-in kinds hold it.
    var encodedItem: [UInt8] {
        var item = value
        item["kind"] = nil
        item["apiVersion"] = nil
        return item.encoded
    }

    init(_ value: JSONValue, resourceVersion: Int) {
        self.value = value
        self.resourceVersion = resourceVersion
        encoded = value.encoded
    }

    /// For reading back what was written before.
    init(_ value: JSONValue, encoded: [UInt8], resourceVersion: Int) {
        self.value = value
        self.resourceVersion = resourceVersion
        self.encoded = encoded
    }
}

/// A change of one object, in the order of `resourceVersion`.
struct StoreEvent: Sendable {
    enum Change: String, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
    }

    var type: Change
    var key: ObjectKey
    /// The object after the change; for a deletion its last state, under the deletion's version.
    var stored: StoredObject
    /// The object before the change; `nil` when it was added.
    var previous: StoredObject?

    var object: JSONValue { stored.value }
    var resourceVersion: Int { stored.resourceVersion }
}
