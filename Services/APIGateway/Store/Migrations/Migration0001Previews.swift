import Persistence

extension Migration {
    /// Previews with what was reported of their parts and what was asked for.
    static let previews = Migration(
        "0001-previews",
        sql: """
            CREATE TABLE previews (
                id TEXT NOT NULL PRIMARY KEY,
                organization TEXT NOT NULL,
                name TEXT NOT NULL,
                cluster TEXT NOT NULL,
                status TEXT NOT NULL,
                cleanup TEXT NOT NULL,
                is_active INTEGER NOT NULL,
                is_over INTEGER NOT NULL,
                created_at DOUBLE PRECISION NOT NULL,
                next_deadline DOUBLE PRECISION,
                document TEXT NOT NULL
            );
            CREATE INDEX previews_by_creation ON previews (organization, created_at DESC, id);
            CREATE INDEX previews_by_status ON previews (organization, status, created_at DESC, id);
            CREATE INDEX previews_active ON previews (organization, is_active);
            CREATE INDEX previews_due ON previews (next_deadline);
            CREATE INDEX previews_open ON previews (is_over, id);

            CREATE TABLE facts (
                preview_id TEXT NOT NULL REFERENCES previews (id) ON DELETE CASCADE,
                part TEXT NOT NULL,
                fact TEXT,
                ready_generation INTEGER,
                ready_at DOUBLE PRECISION,
                PRIMARY KEY (preview_id, part)
            );

            CREATE TABLE requests (
                preview_id TEXT NOT NULL REFERENCES previews (id) ON DELETE CASCADE,
                part TEXT NOT NULL,
                generation INTEGER NOT NULL,
                attempt INTEGER NOT NULL,
                first_requested_at DOUBLE PRECISION NOT NULL,
                requested_at DOUBLE PRECISION NOT NULL,
                PRIMARY KEY (preview_id, part)
            );
            """)
}
