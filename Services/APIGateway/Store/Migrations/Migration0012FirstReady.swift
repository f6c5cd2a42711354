import Persistence

extension Migration {
    /// When each part was first seen ready, so that pages can tell how long it took.
    static let firstReady = Migration(
        "0012-first-ready",
        sql: """
            ALTER TABLE facts ADD COLUMN first_ready_generation INTEGER;
            ALTER TABLE facts ADD COLUMN first_ready_at DOUBLE PRECISION;
            """)
}
