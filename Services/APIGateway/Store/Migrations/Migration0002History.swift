import Persistence

extension Migration {
    /// What happened to previews, and who did what.
    static let history = Migration(
        "0002-history",
        sql: """
            CREATE TABLE timeline (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                preview_id TEXT NOT NULL,
                organization TEXT NOT NULL,
                at DOUBLE PRECISION NOT NULL,
                kind TEXT NOT NULL,
                status TEXT NOT NULL,
                message TEXT NOT NULL,
                actor TEXT
            );
            CREATE INDEX timeline_by_preview ON timeline (preview_id, id);
            CREATE INDEX timeline_by_organization ON timeline (organization, id);

            CREATE TABLE audit (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                at DOUBLE PRECISION NOT NULL,
                organization TEXT NOT NULL,
                actor TEXT NOT NULL,
                action TEXT NOT NULL,
                target TEXT NOT NULL,
                detail TEXT
            );
            CREATE INDEX audit_by_organization ON audit (organization, id);
            """)
}
