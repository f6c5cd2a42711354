import Foundation
import GRDB
import Logging
import MessageBus
import PreviewDomain
import ServiceLifecycle
import Synchronization
import Testing

@testable import Persistence

/// Records what is published; refuses what it is told to.
private final class RecordingPublisher: MessagePublishing {
    private struct State {
        var published: [String] = []
        var unroutable: Set<String> = []
        var isDown = false
    }

    private let state = Mutex(State())

    var published: [String] { state.withLock { $0.published } }
    func refuse(_ subjects: Set<String>) { state.withLock { $0.unroutable = subjects } }
    func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    func publish(_ messages: [EncodedMessage]) async throws(MessageBusError) {
        let failure = state.withLock { state -> MessageBusError? in
            if state.isDown { return .unconfirmed(messageIDs: messages.map(\.id)) }
            let returned = messages.filter { state.unroutable.contains($0.subject) }
            state.published += messages.filter { !state.unroutable.contains($0.subject) }.map(\.subject)
            guard !returned.isEmpty else { return nil }
            return .unroutable(messageIDs: returned.map(\.id), routingKeys: returned.map(\.routingKey))
        }
        if let failure { throw failure }
    }
}

/// Waits for a connection that never comes, as the bus does, until it is cancelled.
private struct UnreachablePublisher: MessagePublishing {
    /// Yields when a publication has begun to wait.
    let waits = AsyncStream.makeStream(of: Void.self)

    func publish(_ messages: [EncodedMessage]) async throws(MessageBusError) {
        let never = AsyncStream.makeStream(of: Void.self)
        waits.continuation.yield()
        for await _ in never.stream {}
        withExtendedLifetime(never.continuation) {}
        throw .stopped(messageIDs: messages.map(\.id))
    }
}

@Suite(.timeLimit(.minutes(1))) struct OutboxTests {
    private let database: ServiceDatabase
    private let outbox = Outbox(source: "api-gateway")
    private let publisher = RecordingPublisher()

    init() throws { database = try .inMemory(migrations: [Outbox.migration]) }

    private var relay: OutboxRelay {
        OutboxRelay(
            outbox: outbox, database: database, publisher: publisher, batchSize: 3, logger: Logger(label: "test"))
    }

    private func append(_ clusters: [String]) async throws {
        try await database.write { [outbox] database in
            for cluster in clusters { try outbox.append(CatalogueRequested(cluster: cluster), in: database) }
        }
    }

    private func waiting() async throws -> Int {
        try await database.read { [outbox] in try outbox.count(in: $0) }
    }

    @Test func `messages are published in order, over several batches, and forgotten`() async throws {
        let clusters = (0..<10).map { "cluster-\($0)" }
        try await append(clusters)
        #expect(try await relay.publishDue() == 10)
        #expect(publisher.published == clusters)
        #expect(try await waiting() == 0)
    }

    @Test func `a transaction that fails takes its messages with it`() async throws {
        struct Refusal: Error {}
        await #expect(throws: Refusal.self) {
            try await database.write { [outbox] database in
                try outbox.append(CatalogueRequested(cluster: "a"), in: database)
                throw Refusal()
            }
        }
        #expect(try await waiting() == 0)
    }

    @Test func `what no queue takes is put off and does not hold up the rest`() async throws {
        publisher.refuse(["b"])
        try await append(["a", "b", "c", "d", "e"])
        try await relay.publishDue()
        #expect(publisher.published == ["a", "c", "d", "e"])
        #expect(try await waiting() == 1)
        publisher.refuse([])
        let later = try await OutboxTable(database: database).due(at: Date().addingTimeInterval(60), limit: 10)
        #expect(try later.map { try $0.message.get().subject } == ["b"])
        #expect(later.allSatisfy { $0.failures >= 1 })
    }

    @Test func `a message that can't be read holds up no other, and is published once it can be`() async throws {
        try await append(["a", "b", "c", "d", "e"])
        let stored = try await database.write { database in
            let stored = try String.fetchOne(database, sql: "SELECT message FROM outbox WHERE sequence = 2")
            try database.execute(sql: "UPDATE outbox SET message = 'none' WHERE sequence = 2")
            return stored
        }
        let relay = relay
        #expect(try await relay.publishDue() == 4)
        #expect(publisher.published == ["a", "c", "d", "e"])
        #expect(try await waiting() == 1)
        #expect(relay.unreadable.rows == ["2"])
        try await database.write { try $0.execute(sql: "UPDATE outbox SET message = ?, due = 0", arguments: [stored]) }
        #expect(try await relay.publishDue() == 1)
        #expect(publisher.published.last == "b")
        #expect(relay.unreadable.rows.isEmpty)
    }

    @Test func `a batch of messages that can't be read does not hold up the next one`() async throws {
        try await append(["a", "b", "c", "d"])
        try await database.write { try $0.execute(sql: "UPDATE outbox SET message = X'FF' WHERE sequence < 4") }
        #expect(try await relay.publishDue() == 1)
        #expect(publisher.published == ["d"])
    }

    @Test func `a message is repeated under its id until it is confirmed`() async throws {
        publisher.setDown(true)
        try await append(["a"])
        #expect(try await relay.publishDue() == 0)
        let entries = try await OutboxTable(database: database).due(at: Date().addingTimeInterval(60), limit: 10)
        #expect(entries.count == 1)
        publisher.setDown(false)
        let other = OutboxRelay(
            outbox: Outbox(source: "api-gateway"), database: database, publisher: publisher,
            logger: Logger(label: "test"))
        try await poll { try await other.publishDue() == 1 }
        #expect(publisher.published == ["a"])
    }

    @Test func `a commit wakes a running relay, and a graceful stop ends it`() async throws {
        let relay = relay
        let group = ServiceGroup(services: [relay], logger: Logger(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await append(["a", "b"])
            try await poll { publisher.published == ["a", "b"] }
            try await append(["c"])
            try await poll { publisher.published == ["a", "b", "c"] }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test func `a stop does not wait for a broker that can't be reached, and nothing is lost`() async throws {
        let unreachable = UnreachablePublisher()
        let relay = OutboxRelay(
            outbox: outbox, database: database, publisher: unreachable, logger: Logger(label: "test"))
        let group = ServiceGroup(services: [relay], logger: Logger(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await append(["a"])
            var waits = unreachable.waits.stream.makeAsyncIterator()
            await waits.next()
            // From here on only being cancelled ends the publication, and the group ends only after it.
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(try await waiting() == 1)
    }

    /// Looks again and again until the condition holds; a wait in vain ends with the suite's time limit.
    private func poll(_ condition: () async throws -> Bool) async throws {
        while try await !condition() { try await Task.sleep(for: .milliseconds(5)) }
    }
}
