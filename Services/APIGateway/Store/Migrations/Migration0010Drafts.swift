import Persistence

extension Migration {
    /// Previews that people are putting together.
    static let drafts = Migration(
        "0010-drafts",
        sql: """
            CREATE TABLE drafts (
                id TEXT NOT NULL PRIMARY KEY,
                organization TEXT NOT NULL,
                person TEXT NOT NULL,
                created_at DOUBLE PRECISION NOT NULL,
                updated_at DOUBLE PRECISION NOT NULL,
                preview_id TEXT,
                document TEXT NOT NULL
            );
            CREATE INDEX drafts_by_person ON drafts (organization, person, updated_at);
            CREATE INDEX drafts_by_age ON drafts (updated_at);
            """)
}
