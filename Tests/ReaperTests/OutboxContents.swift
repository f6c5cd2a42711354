import GRDB

/// What the outbox's table holds.
enum OutboxContents {
    static func texts(in database: Database) throws -> [String] {
        try String.fetchAll(database, sql: "SELECT message FROM outbox ORDER BY sequence")
    }
}
