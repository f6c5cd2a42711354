import Shared

/// The reaper's tables. Times are seconds since 1970.
enum ReaperSchema {
    static let migrations = [
        Outbox.migration,
        Migration(
            "0001-ledger",
            sql: """
                CREATE TABLE ledger (
                    preview TEXT NOT NULL,
                    cluster TEXT NOT NULL,
                    api_version TEXT NOT NULL,
                    kind TEXT NOT NULL,
                    namespace TEXT NOT NULL,
                    name TEXT NOT NULL,
                    made_by TEXT NOT NULL,
                    planned_at DOUBLE PRECISION NOT NULL,
                    removed_at DOUBLE PRECISION,
                    verified_at DOUBLE PRECISION,
                    PRIMARY KEY (preview, cluster, api_version, kind, namespace, name)
                );
                CREATE TABLE preview (
                    id TEXT NOT NULL PRIMARY KEY,
                    reference TEXT NOT NULL,
                    status TEXT NOT NULL,
                    expires_at DOUBLE PRECISION NOT NULL,
                    event_at DOUBLE PRECISION NOT NULL,
                    ended_at DOUBLE PRECISION,
                    cleaned_at DOUBLE PRECISION,
                    due_at DOUBLE PRECISION,
                    due_count INTEGER NOT NULL
                );
                CREATE INDEX preview_due ON preview (due_at);
                CREATE TABLE cleanup (
                    preview TEXT NOT NULL PRIMARY KEY,
                    reference TEXT NOT NULL,
                    requested_at DOUBLE PRECISION NOT NULL,
                    trace_parent TEXT,
                    reported_at DOUBLE PRECISION,
                    completed_at DOUBLE PRECISION
                );
                """),
        // One id may be that of several previews, one after another, each with higher generations than the one before.
        Migration(
            "0002-lives",
            sql: """
                ALTER TABLE ledger ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;
                ALTER TABLE preview ADD COLUMN first_generation INTEGER;
                """),
    ]
}
