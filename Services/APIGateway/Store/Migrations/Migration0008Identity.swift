import Persistence

extension Migration {
    /// People who sign in, their sessions, and from where changes came.
    static let identity = Migration(
        "0008-identity",
        sql: """
            CREATE TABLE sessions (
                hash TEXT NOT NULL PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                organization TEXT NOT NULL,
                name TEXT NOT NULL,
                role TEXT NOT NULL,
                method TEXT NOT NULL,
                reference TEXT NOT NULL,
                address TEXT,
                user_agent TEXT,
                created_at DOUBLE PRECISION NOT NULL,
                last_seen_at DOUBLE PRECISION NOT NULL,
                expires_at DOUBLE PRECISION NOT NULL,
                id_token TEXT
            );
            CREATE INDEX sessions_by_organization ON sessions (organization, created_at);
            CREATE INDEX sessions_by_reference ON sessions (method, reference);
            CREATE INDEX sessions_by_expiry ON sessions (expires_at);

            CREATE TABLE members (
                id TEXT NOT NULL PRIMARY KEY,
                organization TEXT NOT NULL,
                subject TEXT,
                email TEXT,
                name TEXT NOT NULL,
                role TEXT NOT NULL,
                source TEXT NOT NULL,
                created_at DOUBLE PRECISION NOT NULL,
                created_by TEXT NOT NULL,
                last_seen_at DOUBLE PRECISION,
                UNIQUE (organization, subject)
            );
            CREATE INDEX members_by_subject ON members (subject);
            CREATE INDEX members_by_email ON members (organization, email);

            ALTER TABLE audit ADD COLUMN channel TEXT;
            ALTER TABLE audit ADD COLUMN address TEXT;
            ALTER TABLE audit ADD COLUMN user_agent TEXT;
            ALTER TABLE audit ADD COLUMN message_id TEXT;
            ALTER TABLE audit ADD COLUMN changes TEXT;
            CREATE INDEX audit_by_actor ON audit (organization, actor, id);
            CREATE INDEX audit_by_action ON audit (organization, action, id);
            """)
}
