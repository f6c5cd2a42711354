import Foundation
public import Logging
public import MessageBus
public import ServiceLifecycle

/// Publishes what an ``Outbox`` holds, in the order of the transactions, and forgets what the broker confirmed.
///
/// A message that no queue takes yet is put off with growing pauses and does not hold up the others.
public struct OutboxRelay: Service {
    private let outbox: Outbox
    private let table: OutboxTable
    private let publisher: any MessagePublishing
    private let batchSize: Int
    private let logger: Logger
    /// What is stored and can't be read, by its place in the table.
    let unreadable: UnreadableRows

    /// Creates the relay of a database's outbox.
    ///
    /// - Parameter batchSize: how many messages are published before any of them is forgotten.
    public init(
        outbox: Outbox, database: ServiceDatabase, publisher: any MessagePublishing, batchSize: Int = 256,
        logger: Logger
    ) {
        self.outbox = outbox
        self.table = OutboxTable(database: database)
        self.publisher = publisher
        self.batchSize = batchSize
        self.logger = logger
        unreadable = UnreadableRows(
            of: "outbox",
            remedy:
                "This message is not published, and stays in the outbox; all others are. Restore the database from a "
                + "backup, or run the version that wrote it: it is tried again every half minute.",
            logger: logger)
    }

    /// Publishes until graceful shutdown.
    ///
    /// - Throws: the database's error, where it can't be read or written any more.
    public func run() async throws {
        outbox.wake()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // What was put off becomes due without anyone's commit.
                while (try? await Task.sleep(for: .milliseconds(500))) != nil { outbox.wake() }
            }
            group.addTask {
                try await cancelWhenGracefulShutdown {
                    for await _ in outbox.wakeUps { try await publishUntilCancelled() }
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Publishes what is due. A stop does not wait for a broker that can't be reached: what was not confirmed and
    /// forgotten is published by the next process, under the same ids.
    private func publishUntilCancelled() async throws {
        do {
            try await publishDue()
        } catch let error where Task.isCancelled {
            logger.debug("Left messages in the outbox", metadata: ["error": "\(error)"])
        }
    }

    /// Publishes everything that is due at its start, each at most once. Returns how many messages were confirmed.
    @discardableResult
    func publishDue() async throws -> Int {
        let now = Date()
        var confirmedInAll = 0
        while true {
            let entries = try await table.due(at: now, limit: batchSize)
            guard !entries.isEmpty else { return confirmedInAll }
            let messages = readable(entries)
            let unpublished = await publish(messages)
            try Task.checkCancellation()
            var (confirmed, deferred): ([OutboxTable.Entry], [OutboxTable.Entry]) = ([], [])
            for entry in entries {
                if case .success(let message) = entry.message, !unpublished.contains(message.id) {
                    confirmed.append(entry)
                } else {
                    deferred.append(entry)
                }
            }
            try await table.settle(confirmed: confirmed, deferred: deferred, now: Date())
            confirmedInAll += confirmed.count
            if confirmed.isEmpty, !messages.isEmpty { return confirmedInAll }
        }
    }

    /// The messages of the entries that can be read; the others are said.
    private func readable(_ entries: [OutboxTable.Entry]) -> [EncodedMessage] {
        let known = unreadable.rows
        return entries.compactMap { entry in
            let row = "\(entry.sequence)"
            switch entry.message {
            case .success(let message):
                if known.contains(row) { unreadable.forget(row) }
                return message
            case .failure(let error):
                unreadable.note(row, error)
                return nil
            }
        }
    }

    /// Publishes the messages, and returns the ids of those that were not confirmed.
    private func publish(_ messages: [EncodedMessage]) async -> Set<String> {
        guard !messages.isEmpty else { return [] }
        do {
            try await publisher.publish(messages)
            return []
        } catch {
            let failed = error.unpublishedIDs ?? messages.map(\.id)
            logger.warning(
                "Deferred Messages", metadata: ["count": "\(failed.count)", "error": "\(error)"])
            return Set(failed)
        }
    }
}

extension MessageBusError {
    /// The messages that the failure is about, or `nil` where it may be about any.
    var unpublishedIDs: [String]? {
        switch self {
        case .unroutable(let ids, _), .refused(let ids, _), .unconfirmed(let ids), .stopped(let ids): ids
        case .encodingFailed(let id, _): [id]
        case .invalidConfiguration, .requestTimedOut, .requestFailed, .connection, .fatal: nil
        }
    }
}
