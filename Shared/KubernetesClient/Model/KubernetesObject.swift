public import Foundation

/// Any object of the API, with everything it holds, also what no model here knows.
public struct KubernetesObject: Sendable, Hashable {
    /// The whole object.
    public var value: JSONValue

    /// An object from its JSON.
    public init(_ value: JSONValue) {
        self.value = value
    }

    /// An object to be made.
    public init(type: ResourceType, name: String, namespace: String? = nil, labels: [String: String] = [:]) {
        var metadata: JSONValue = ["name": .string(name)]
        metadata["namespace"] = namespace.map { .string($0) }
        if !labels.isEmpty { metadata["labels"] = JSONValue(labels) }
        value = ["apiVersion": .string(type.apiVersion), "kind": .string(type.kind), "metadata": metadata]
    }

    /// A member of the object, such as `spec` or a ConfigMap's `data`.
    public subscript(member: String) -> JSONValue? {
        get { value[member] }
        set { value[member] = newValue }
    }

    /// The object's API version, such as `apps/v1`.
    public var apiVersion: String { value["apiVersion"].string ?? "" }
    /// The object's kind.
    public var kind: String { value["kind"].string ?? "" }

    /// What is wanted.
    public var spec: JSONValue? {
        get { value["spec"] }
        set { value["spec"] = newValue }
    }

    /// What was observed.
    public var status: JSONValue? {
        get { value["status"] }
        set { value["status"] = newValue }
    }
}

extension KubernetesObject {
    /// The name; empty where the server has not made one yet.
    public var name: String {
        get { value["metadata"]["name"].string ?? "" }
        set { value["metadata"]["name"] = .string(newValue) }
    }

    /// The namespace, where the type lives in namespaces.
    public var namespace: String? {
        get { value["metadata"]["namespace"].string }
        set { value["metadata"]["namespace"] = newValue.map { .string($0) } }
    }

    /// Unique over all objects and all time; `nil` before the object exists.
    public var uid: String? { value["metadata"]["uid"].string }

    /// Changes with every write. Kept in a `replace`, it guards against overwriting somebody else's change.
    public var resourceVersion: String? {
        get { value["metadata"]["resourceVersion"].string }
        set { value["metadata"]["resourceVersion"] = newValue.map { .string($0) } }
    }

    /// Counts changes of what is wanted.
    public var generation: Int? { value["metadata"]["generation"].int }

    /// Texts to select by.
    public var labels: [String: String] {
        get { value["metadata"]["labels"].strings ?? [:] }
        set { value["metadata"]["labels"] = newValue.isEmpty ? nil : JSONValue(newValue) }
    }

    /// Texts for tools and people.
    public var annotations: [String: String] {
        get { value["metadata"]["annotations"].strings ?? [:] }
        set { value["metadata"]["annotations"] = newValue.isEmpty ? nil : JSONValue(newValue) }
    }

    /// Who must agree before the object goes away.
    public var finalizers: [String] {
        get { value["metadata"]["finalizers"].array?.compactMap(\.string) ?? [] }
        set { value["metadata"]["finalizers"] = newValue.isEmpty ? nil : JSONValue(newValue) }
    }

    /// The objects with which this one goes away.
    public var ownerReferences: [OwnerReference] {
        value["metadata"]["ownerReferences"].array?.compactMap(OwnerReference.init) ?? []
    }

    /// When the object was made.
    public var creationTimestamp: Date? { value["metadata"]["creationTimestamp"].string.flatMap(Timestamp.parse) }
    /// When deletion was asked for.
    public var deletionTimestamp: Date? { value["metadata"]["deletionTimestamp"].string.flatMap(Timestamp.parse) }
    /// Whether deletion was asked for and waits for finalizers or a grace period.
    public var isBeingDeleted: Bool { value["metadata"]["deletionTimestamp"].string != nil }

    /// The conditions of the status.
    public var conditions: [Condition] {
        value["status"]["conditions"].array?.compactMap(Condition.init) ?? []
    }

    /// The condition of a type, where the status has it.
    public func condition(_ type: String) -> Condition? {
        conditions.first { $0.type == type }
    }

    /// Names this object.
    public var reference: Reference {
        Reference(apiVersion: apiVersion, kind: kind, namespace: namespace, name: name, uid: uid)
    }
}

extension KubernetesObject: Codable {
    /// Reads an object of any type.
    public init(from decoder: any Decoder) throws {
        value = try JSONValue(from: decoder)
    }

    /// Writes the whole object.
    public func encode(to encoder: any Encoder) throws {
        try value.encode(to: encoder)
    }
}

extension KubernetesObject: CustomStringConvertible {
    /// Names the object, without its content, which may be secret.
    public var description: String { reference.description }
}

extension Condition {
    /// A condition from its JSON, or `nil` where type or status is missing.
    public init?(_ value: JSONValue) {
        guard let type = value["type"].string, let status = value["status"].string else { return nil }
        self.init(
            type: type, status: status, reason: value["reason"].string, message: value["message"].string,
            lastTransitionTime: value["lastTransitionTime"].string.flatMap(Timestamp.parse),
            observedGeneration: value["observedGeneration"].int)
    }

    /// The condition as JSON.
    public var value: JSONValue {
        var value: JSONValue = ["type": .string(type), "status": .string(status)]
        value["reason"] = reason.map { .string($0) }
        value["message"] = message.map { .string($0) }
        value["lastTransitionTime"] = lastTransitionTime.map { .string(Timestamp.format($0)) }
        value["observedGeneration"] = observedGeneration.map { JSONValue($0) }
        return value
    }
}
