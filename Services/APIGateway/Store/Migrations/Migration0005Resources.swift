import Persistence

extension Migration {
    /// The `PreviewEnvironment` resources that previews were asked for by, and what was last told of each preview.
    static let resources = Migration(
        "0005-resources",
        sql: """
            CREATE TABLE resources (
                cluster TEXT NOT NULL,
                uid TEXT NOT NULL,
                namespace TEXT NOT NULL,
                name TEXT NOT NULL,
                preview_id TEXT,
                withdrawn_at DOUBLE PRECISION,
                noted_at DOUBLE PRECISION NOT NULL,
                PRIMARY KEY (cluster, uid)
            );
            CREATE INDEX resources_by_name ON resources (cluster, namespace, name, noted_at);

            CREATE TABLE states (
                preview_id TEXT NOT NULL PRIMARY KEY,
                revision INTEGER NOT NULL,
                state TEXT NOT NULL
            );
            """)
}
