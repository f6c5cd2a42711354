import Persistence

extension Migration {
    /// Whether clusters can be reached.
    static let clusters = Migration(
        "0004-cluster-conditions",
        sql: """
            CREATE TABLE cluster_conditions (
                name TEXT NOT NULL PRIMARY KEY,
                observed_at DOUBLE PRECISION NOT NULL,
                away_since DOUBLE PRECISION,
                back_since DOUBLE PRECISION,
                problem TEXT,
                last_seen DOUBLE PRECISION,
                report TEXT NOT NULL
            );
            CREATE INDEX previews_by_cluster ON previews (cluster, is_over);
            """)
}
