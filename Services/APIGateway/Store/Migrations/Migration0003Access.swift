import Persistence

extension Migration {
    /// The catalogue of applications, tokens, and answers kept for repeated requests.
    static let access = Migration(
        "0003-access",
        sql: """
            CREATE TABLE clusters (
                name TEXT NOT NULL PRIMARY KEY,
                observed_at DOUBLE PRECISION NOT NULL,
                report TEXT NOT NULL
            );

            CREATE TABLE tokens (
                id TEXT NOT NULL PRIMARY KEY,
                organization TEXT NOT NULL,
                name TEXT NOT NULL,
                role TEXT NOT NULL,
                hash TEXT NOT NULL UNIQUE,
                created_at DOUBLE PRECISION NOT NULL,
                created_by TEXT NOT NULL,
                UNIQUE (organization, name)
            );

            CREATE TABLE idempotency (
                organization TEXT NOT NULL,
                actor TEXT NOT NULL,
                key TEXT NOT NULL,
                fingerprint TEXT NOT NULL,
                preview_id TEXT NOT NULL,
                created_at DOUBLE PRECISION NOT NULL,
                PRIMARY KEY (organization, actor, key)
            );
            CREATE INDEX idempotency_by_age ON idempotency (created_at);
            """)
}
