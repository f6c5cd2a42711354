import PreviewDomain

/// A database of the source, and the clone that takes its place in a preview.
struct ClonedDatabase: Sendable {
    var source: KnownDatabase
    /// The clone's `Cluster` name.
    var cloneName: String
    /// The Secret with the clone's credentials.
    var secret: String
    var target: CloneTarget

    /// What a Secret of the source database is called for the clone; `nil` where the name is none of the database's.
    func cloneSecret(for name: String) -> String? {
        if source.secrets.contains(name) { return secret }
        let cluster = source.reference.cluster
        for suffix in ["ca", "server", "replication", "app", "superuser"] where name == "\(cluster)-\(suffix)" {
            return "\(cloneName)-\(suffix)"
        }
        return nil
    }
}
