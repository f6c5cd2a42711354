public import Foundation
public import GRDB

/// Remembers which messages were handled, for handlers whose effect is not idempotent by itself.
public struct Inbox: Sendable {
    /// The table; belongs among the migrations of every database with an inbox.
    public static let migration = Migration(
        "inbox-0001",
        sql: """
            CREATE TABLE inbox (
                message_id TEXT NOT NULL PRIMARY KEY,
                handled_at DOUBLE PRECISION NOT NULL
            );
            CREATE INDEX inbox_handled_at ON inbox (handled_at);
            """)

    /// Creates the inbox of a database that has the table.
    public init() {}

    /// Notes in the transaction that a message is handled. Returns whether it is the first time.
    public func accept(messageID: String, in database: Database) throws -> Bool {
        try database.execute(
            sql: "INSERT INTO inbox (message_id, handled_at) VALUES (?, ?) ON CONFLICT (message_id) DO NOTHING",
            arguments: [messageID, Date().timeIntervalSince1970])
        return database.changesCount > 0
    }

    /// Forgets messages that were handled before the instant given; a broker's repetitions come within minutes.
    public func forget(before instant: Date, in database: Database) throws {
        try database.execute(
            sql: "DELETE FROM inbox WHERE handled_at < ?", arguments: [instant.timeIntervalSince1970])
    }
}
