/// Names one Kubernetes object on one cluster.
public struct ObjectReference: Codable, Sendable, Hashable, CustomStringConvertible {
    /// The cluster's name in Understudy's configuration.
    public var cluster: String
    /// The object's `apiVersion`, such as `apps/v1`.
    public var apiVersion: String
    /// The object's kind.
    public var kind: String
    /// Its namespace, or `nil` for cluster-wide kinds.
    public var namespace: String?
    /// Its name.
    public var name: String

    /// Creates a reference.
    public init(cluster: String, apiVersion: String, kind: String, namespace: String?, name: String) {
        self.cluster = cluster
        self.apiVersion = apiVersion
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    /// Kind, namespace and name, such as `Deployment preview-abc/orders`.
    public var description: String { "\(kind) \(namespace.map { "\($0)/" } ?? "")\(name)" }
}
