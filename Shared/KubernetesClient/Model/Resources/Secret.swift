public import Foundation

/// Secret values by name.
public struct Secret: KubernetesResource, Hashable {
    /// The resource type.
    public static let type = ResourceType.secrets

    /// Name, namespace, labels and so on.
    public var metadata: ObjectMeta
    /// What it is for, such as `kubernetes.io/tls`.
    public var type: String?
    /// The values.
    public var data: [String: Data]?
    /// Values to be written, as texts; never read.
    public var stringData: [String: String]?
    /// Whether it stays as it is.
    public var immutable: Bool?

    /// An object to be made.
    public init(
        metadata: ObjectMeta, type: String? = nil, data: [String: Data]? = nil, stringData: [String: String]? = nil,
        immutable: Bool? = nil
    ) {
        self.metadata = metadata
        self.type = type
        self.data = data
        self.stringData = stringData
        self.immutable = immutable
    }
}
