public import Foundation

/// The metadata that every object carries.
public struct ObjectMeta: Sendable, Hashable {
    /// The name, unique among objects of its type in a namespace; empty where the server shall make one.
    public var name: String
    /// What the server starts a made name with.
    public var generateName: String?
    /// The namespace, where the type lives in namespaces.
    public var namespace: String?
    /// Unique over all objects and all time.
    public var uid: String?
    /// Changes with every write.
    public var resourceVersion: String?
    /// Counts changes of what is wanted.
    public var generation: Int?
    /// When the object was made.
    public var creationTimestamp: Date?
    /// When deletion was asked for; the object stays until its finalizers are gone.
    public var deletionTimestamp: Date?
    /// Texts to select by.
    public var labels: [String: String]
    /// Texts for tools and people.
    public var annotations: [String: String]
    /// The objects with which this one goes away.
    public var ownerReferences: [OwnerReference]
    /// Who must agree before the object goes away.
    public var finalizers: [String]

    /// Metadata of an object to be made.
    public init(
        name: String, namespace: String? = nil, labels: [String: String] = [:], annotations: [String: String] = [:],
        ownerReferences: [OwnerReference] = [], finalizers: [String] = []
    ) {
        self.name = name
        self.namespace = namespace
        self.labels = labels
        self.annotations = annotations
        self.ownerReferences = ownerReferences
        self.finalizers = finalizers
    }
}

extension ObjectMeta: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, generateName, namespace, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp
        case labels, annotations, ownerReferences, finalizers
    }

    /// Reads metadata; what is missing is empty.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decodeIfPresent(String.self, forKey: .name) ?? ""
        generateName = try container.decodeIfPresent(String.self, forKey: .generateName)
        namespace = try container.decodeIfPresent(String.self, forKey: .namespace)
        uid = try container.decodeIfPresent(String.self, forKey: .uid)
        resourceVersion = try container.decodeIfPresent(String.self, forKey: .resourceVersion)
        generation = try container.decodeIfPresent(Int.self, forKey: .generation)
        creationTimestamp = try container.decodeIfPresent(Date.self, forKey: .creationTimestamp)
        deletionTimestamp = try container.decodeIfPresent(Date.self, forKey: .deletionTimestamp)
        labels = try container.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
        annotations = try container.decodeIfPresent([String: String].self, forKey: .annotations) ?? [:]
        ownerReferences = try container.decodeIfPresent([OwnerReference].self, forKey: .ownerReferences) ?? []
        finalizers = try container.decodeIfPresent([String].self, forKey: .finalizers) ?? []
    }

    /// Writes metadata; what is empty is left out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if !name.isEmpty { try container.encode(name, forKey: .name) }
        try container.encodeIfPresent(generateName, forKey: .generateName)
        try container.encodeIfPresent(namespace, forKey: .namespace)
        try container.encodeIfPresent(uid, forKey: .uid)
        try container.encodeIfPresent(resourceVersion, forKey: .resourceVersion)
        try container.encodeIfPresent(generation, forKey: .generation)
        try container.encodeIfPresent(creationTimestamp, forKey: .creationTimestamp)
        try container.encodeIfPresent(deletionTimestamp, forKey: .deletionTimestamp)
        if !labels.isEmpty { try container.encode(labels, forKey: .labels) }
        if !annotations.isEmpty { try container.encode(annotations, forKey: .annotations) }
        if !ownerReferences.isEmpty { try container.encode(ownerReferences, forKey: .ownerReferences) }
        if !finalizers.isEmpty { try container.encode(finalizers, forKey: .finalizers) }
    }
}

/// Names an object with which another goes away.
public struct OwnerReference: Sendable, Hashable, Codable {
    /// The owner's API version.
    public var apiVersion: String
    /// The owner's kind.
    public var kind: String
    /// The owner's name.
    public var name: String
    /// The owner's unique id.
    public var uid: String
    /// Whether the owner is the one controller.
    public var controller: Bool?
    /// Whether the owner's foreground deletion waits for this object.
    public var blockOwnerDeletion: Bool?

    /// A reference to an owner.
    public init(
        apiVersion: String, kind: String, name: String, uid: String, controller: Bool? = nil,
        blockOwnerDeletion: Bool? = nil
    ) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        self.uid = uid
        self.controller = controller
        self.blockOwnerDeletion = blockOwnerDeletion
    }
}
