public import Foundation

/// Values by name.
public struct ConfigMap: KubernetesResource, Hashable {
    /// The resource type.
    public static let type = ResourceType.configMaps

    /// Name, namespace, labels and so on.
    public var metadata: ObjectMeta
    /// Texts.
    public var data: [String: String]?
    /// Bytes.
    public var binaryData: [String: Data]?
    /// Whether it stays as it is.
    public var immutable: Bool?

    /// An object to be made.
    public init(
        metadata: ObjectMeta, data: [String: String]? = nil, binaryData: [String: Data]? = nil, immutable: Bool? = nil
    ) {
        self.metadata = metadata
        self.data = data
        self.binaryData = binaryData
        self.immutable = immutable
    }
}
