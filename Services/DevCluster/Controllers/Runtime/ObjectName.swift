import KubernetesClient

/// An object's namespace and name: what a controller's queue holds.
struct ObjectName: Hashable, Sendable, CustomStringConvertible {
    /// `nil` for a cluster-scoped object.
    var namespace: String?
    var name: String

    init(_ namespace: String?, _ name: String) {
        self.namespace = namespace
        self.name = name
    }

    init(_ object: JSONValue) {
        namespace = object.namespace
        name = object.name
    }

    var description: String { namespace.map { "\($0)/\(name)" } ?? name }
}
