import Foundation
public import GRDB
public import MessageBus
public import PreviewDomain

/// Messages that are part of a transaction: stored with the state that they tell of, published after the commit by an
/// ``OutboxRelay``.
///
/// A message is published at least once, under one id, however often processes die between.
public struct Outbox: Sendable {
    /// The table; belongs among the migrations of every database with an outbox.
    public static let migration = Migration(
        "outbox-0001",
        sql: """
            CREATE TABLE outbox (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                message_id TEXT NOT NULL UNIQUE,
                message TEXT NOT NULL,
                failures INTEGER NOT NULL DEFAULT 0,
                due DOUBLE PRECISION NOT NULL DEFAULT 0
            );
            CREATE INDEX outbox_due ON outbox (due, sequence);
            """)

    /// The service whose messages they are.
    public let source: String
    let wakeUps: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    /// Creates the outbox of a service, such as `api-gateway`. One relay may listen to it.
    public init(source: String) {
        self.source = source
        (wakeUps, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Adds a message to the transaction, and wakes the relay when it commits.
    ///
    /// - Parameters:
    ///   - isMandatory: whether it is an error that no queue takes the message. It is, unless only integrators listen.
    /// - Throws: `MessageBusError.encodingFailed`, or the database's error.
    public func append(
        _ payload: any MessagePayload, traceParent: String? = nil, isMandatory: Bool = true, in database: Database
    ) throws {
        let message = Message(payload, source: source, traceParent: traceParent)
        try append(try EncodedMessage(message, isMandatory: isMandatory), in: database)
    }

    /// Adds an encoded message to the transaction; one whose id is there already is not added again.
    public func append(_ message: EncodedMessage, in database: Database) throws {
        let text = String(decoding: try JSONCoding.encoder.encode(message), as: UTF8.self)
        try database.execute(
            sql: "INSERT INTO outbox (message_id, message) VALUES (?, ?) ON CONFLICT (message_id) DO NOTHING",
            arguments: [message.id, text])
        database.afterNextTransaction { [self] _ in wake() }
    }

    /// How many messages wait.
    public func count(in database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM outbox") ?? 0
    }

    func wake() { signal.yield() }
}
