/// Names a CloudNativePG cluster.
public struct DatabaseReference: Codable, Sendable, Hashable, CustomStringConvertible {
    /// The namespace of the `Cluster` object.
    public var namespace: String
    /// The `Cluster` object's name.
    public var cluster: String

    /// Creates a reference.
    public init(namespace: String, cluster: String) {
        self.namespace = namespace
        self.cluster = cluster
    }

    /// `namespace/cluster`.
    public var description: String { "\(namespace)/\(cluster)" }
}

/// A database that a preview gets its own copy of.
public struct PreviewDatabase: Codable, Sendable, Hashable {
    /// The clone's `Cluster` name in the preview's namespace. It is the source's where that is free, so that short host
    /// names and secret names stay right.
    public var name: String
    /// The cluster that is cloned.
    public var source: DatabaseReference

    /// Creates a database.
    public init(name: String, source: DatabaseReference) {
        self.name = name
        self.source = source
    }

    /// The longest name that CloudNativePG accepts for a `Cluster`.
    public static let maximumNameLength = 50

    /// Names a clone for each source: the source's own name, or one with the namespace in it where two share a name.
    public static func clones(of sources: [DatabaseReference]) -> [PreviewDatabase] {
        let unique = Array(Set(sources)).sorted { ($0.cluster, $0.namespace) < ($1.cluster, $1.namespace) }
        let shared = Dictionary(grouping: unique, by: \.cluster).filter { $0.value.count > 1 }
        return unique.map { source in
            let name =
                shared[source.cluster] == nil
                ? source.cluster
                : DNSLabel.joining(source.cluster, source.namespace, limit: maximumNameLength)
            return PreviewDatabase(name: name, source: source)
        }
    }
}
