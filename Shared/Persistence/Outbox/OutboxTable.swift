import Foundation
import GRDB
import MessageBus
import PreviewDomain

/// What the relay reads and writes of the outbox's table.
struct OutboxTable: Sendable {
    struct Entry: Sendable {
        let sequence: Int64
        /// As it was stored; or why it can't be read.
        let message: Result<EncodedMessage, any Error>
        let failures: Int
    }

    let database: ServiceDatabase

    /// The oldest messages that are due, in the order of their transactions.
    func due(at now: Date, limit: Int) async throws -> [Entry] {
        try await database.read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT sequence, message, failures FROM outbox WHERE due <= ? ORDER BY sequence LIMIT ?",
                arguments: [now.timeIntervalSince1970, limit]
            ).map { row in
                let text: Data = row["message"]
                return Entry(
                    sequence: row["sequence"],
                    message: Result { try JSONCoding.decoder.decode(EncodedMessage.self, from: text) },
                    failures: row["failures"])
            }
        }
    }

    /// Forgets what was confirmed, and puts off what was not.
    func settle(confirmed: [Entry], deferred: [Entry], now: Date) async throws {
        try await database.write { database in
            for chunk in stride(from: 0, to: confirmed.count, by: 500) {
                let sequences = confirmed[chunk..<min(chunk + 500, confirmed.count)].map(\.sequence)
                let marks = sequences.map { _ in "?" }.joined(separator: ",")
                try database.execute(
                    sql: "DELETE FROM outbox WHERE sequence IN (\(marks))", arguments: StatementArguments(sequences))
            }
            for entry in deferred {
                let pause = min(30, 0.25 * pow(2, Double(min(entry.failures, 10))))
                try database.execute(
                    sql: "UPDATE outbox SET failures = failures + 1, due = ? WHERE sequence = ?",
                    arguments: [now.addingTimeInterval(pause).timeIntervalSince1970, entry.sequence])
            }
        }
    }
}
