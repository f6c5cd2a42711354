import Persistence

extension Migration {
    /// When each cluster was last heard of, by the gateway's own clock. Of those that it knows it is heard again soon.
    static let clustersHeard = Migration(
        "0016-clusters-heard",
        sql: "ALTER TABLE cluster_conditions ADD COLUMN heard_at DOUBLE PRECISION NOT NULL DEFAULT 0;")
}
