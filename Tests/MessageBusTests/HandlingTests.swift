import Foundation
import PreviewDomain
import TestSupport
import Testing

@testable import MessageBus

@Suite(.timeLimit(.minutes(3)))
struct HandlingTests {
    @Test func `a handled message leads to what its handler returns, in the same trace`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let probe = try BrokerProbe(host.url)
        try probe.declare("listener", boundTo: .understudy, "v1.*.namespace.ready")
        let attempts = Record<Int>()
        let handler = Handle(NamespaceRequested.self) { payload, context in
            attempts.add(context.attempt)
            return [namespaceReady(payload.preview)]
        }
        let trace = TraceParent()
        try await withBus(host.url, consumers: { [$0.consumer(handlers: [handler])] }) { bus in
            try await bus.publisher.publish([
                Message(try namespaceRequested(), source: "gateway", traceParent: trace.description)
            ])
            let answer = try #require(try await probe.take(1, from: "listener").first)
            #expect(answer.properties.appID == "worker")
            #expect(answer.properties.traceParent.flatMap(TraceParent.init)?.traceID == trace.traceID)
            #expect(answer.properties.traceParent != trace.description)
        }
        #expect(attempts.all == [1])
        try await expectEmpty("worker", host)
    }

    @Test func `a message that keeps failing climbs the ladder and is dead-lettered with both errors`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let attempts = Record<(Int, ContinuousClock.Instant)>()
        let handler = Handle(NamespaceRequested.self) { _, context in
            attempts.add((context.attempt, .now))
            throw Failing(.transient, "broke in attempt \(context.attempt)")
        }
        let message = Message(try namespaceRequested(), source: "gateway", traceParent: TraceParent().description)
        try await withBus(
            host.url, configure: { $0.maximumAttempts = 4 }, consumers: { [$0.consumer(handlers: [handler])] }
        ) { bus in
            try await bus.publisher.publish([message])
            let dead = try #require(try await BrokerProbe(host.url).take(1, from: "worker.dead").first)
            #expect(dead.properties.messageID == message.id)
            #expect(dead.properties.reason == "exhausted")
            #expect(dead.properties.firstError == "broke in attempt 1")
            #expect(dead.properties.lastError == "broke in attempt 4")
            #expect(dead.properties.attempt == 4)
            #expect(dead.properties.handler == "Handle<NamespaceRequested>")
            #expect(dead.properties.queue == "worker")
            #expect(dead.properties.exchange == "understudy")
            #expect(dead.properties.routingKey == "v1.acme.namespace.requested")
            #expect(dead.properties.traceParent == message.traceParent)
            #expect(try Message.decode(NamespaceRequested.self, from: dead.body).0.id == message.id)
        }
        #expect(attempts.all.map(\.0) == [1, 2, 3, 4])
        let delays = zip(attempts.all, attempts.all.dropFirst()).map { $0.1.duration(to: $1.1) }
        #expect(delays[0] >= .milliseconds(100))
        #expect(delays[1] >= .milliseconds(300))
        #expect(delays[2] >= .milliseconds(300))
        try await expectEmpty("worker", host)
    }

    @Test func `a message that fails and then succeeds is done`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let attempts = Record<Int>()
        let handler = Handle(NamespaceRequested.self) { _, context in
            attempts.add(context.attempt)
            // An error that says nothing is transient.
            if context.attempt < 3 { throw NotInTime(what: "", location: "") }
            return []
        }
        try await withBus(host.url, consumers: { [$0.consumer(handlers: [handler])] }) { bus in
            try await bus.publisher.publish([Message(try namespaceRequested(), source: "gateway")])
            try await eventually("three attempts") { attempts.count == 3 }
        }
        #expect(attempts.all == [1, 2, 3])
        try await expectEmpty("worker", host)
        try await expectEmpty("worker.dead", host)
    }

    @Test func `a permanent failure is dead-lettered at once`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let attempts = Record<Int>()
        let handler = Handle(NamespaceRequested.self) { _, context in
            attempts.add(context.attempt)
            throw Failing(.permanent, "never")
        }
        try await withBus(host.url, consumers: { [$0.consumer(handlers: [handler])] }) { bus in
            try await bus.publisher.publish([Message(try namespaceRequested(), source: "gateway")])
            let dead = try #require(try await BrokerProbe(host.url).take(1, from: "worker.dead").first)
            #expect(dead.properties.reason == "permanent")
            #expect(dead.properties.firstError == "never")
        }
        #expect(attempts.all == [1])
    }

    @Test(arguments: [
        ("no JSON at all", "dev.understudy.namespace.requested.v1", "understudy", DeadLetterReason.undecodable),
        (
            #"{"specversion":"1.0","id":"1","type":"dev.understudy.namespace.requested.v1","data":{}}"#, "",
            "understudy", .undecodable
        ),
        (#"{"type":"dev.understudy.namespace.requested.v9"}"#, "", "understudy", .unhandled),
        ("", "", "understudy", .undecodable),
        (#"{"type":"dev.understudy.namespace.requested.v1"}"#, "", "understudy.intake", .misrouted),
    ])
    func `what cannot be handled is dead-lettered, and holds up nothing`(
        body: String, type: String, exchange: String, reason: DeadLetterReason
    ) async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let handled = Record<String>()
        let handler = Handle(NamespaceRequested.self) { payload, _ in
            handled.add(payload.subject)
            return []
        }
        let intake = Handle(PreviewActionRequested.self) { _, _ in [] }
        try await withBus(
            host.url, consumers: { [$0.consumer(handlers: [handler], intake: [intake])] }
        ) { bus in
            let probe = try BrokerProbe(host.url)
            let routingKey = exchange == "understudy" ? "v1.acme.namespace.requested" : "v1.acme.preview.act"
            try probe.publish(body, exchange: exchange, routingKey: routingKey, type: type)
            try await bus.publisher.publish([Message(try namespaceRequested(), source: "gateway")])
            let dead = try #require(try await probe.take(1, from: "worker.dead").first)
            #expect(dead.properties.reason == reason.rawValue)
            #expect(dead.body == Data(body.utf8))
            try await eventually("the message behind it is handled") { handled.count == 1 }
        }
        try await expectEmpty("worker", host)
    }

    @Test func `a message under another's routing key is not believed`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let handled = Record<String>()
        let handler = Handle(NamespaceRequested.self) { payload, _ in
            handled.add(payload.subject)
            return []
        }
        try await withBus(host.url, consumers: { [$0.consumer(handlers: [handler])] }) { _ in
            let probe = try BrokerProbe(host.url)
            let body = String(
                decoding: try Message(try namespaceRequested(), source: "gateway").encoded(), as: UTF8.self)
            try probe.publish(body, exchange: "understudy", routingKey: "v1.umbrella.namespace.requested")
            let dead = try #require(try await probe.take(1, from: "worker.dead").first)
            #expect(dead.properties.reason == "misrouted")
        }
        #expect(handled.all.isEmpty)
    }

    @Test func `intake comes by its own exchange, and may be retried`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let attempts = Record<Int>()
        let intake = Handle(PreviewActionRequested.self) { _, context in
            if attempts.add(context.attempt) == 1 { throw Failing(.transient) }
            return []
        }
        let request = PreviewActionRequested(
            organization: try preview().organization, id: try preview().id, action: .approve, requestedBy: "ci")
        try await withBus(host.url, consumers: { [$0.consumer(intake: [intake])] }) { bus in
            try await bus.publisher.publish([
                try EncodedMessage(Message(request, source: "ci"), exchange: .intake)
            ])
            try await eventually("both attempts") { attempts.count == 2 }
        }
        #expect(attempts.all == [1, 2])
    }

    @Test func `messages of one subject are handled one at a time in order, others beside them`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let events = Record<(subject: String, id: String, isEnd: Bool)>()
        let running = Record<Int>()
        let handler = Handle(NamespaceRequested.self) { payload, context in
            events.add((payload.subject, context.message.id, false))
            if payload.preview == (try preview(0)) {
                // The first subject's first message waits for the other subject's.
                try await eventually("another subject ran beside") {
                    events.all.contains { $0.subject != payload.subject }
                }
            }
            running.add(1)
            events.add((payload.subject, context.message.id, true))
            return []
        }
        let messages = try [0, 0, 0, 1, 0, 1].map { Message(try namespaceRequested($0), source: "gateway") }
        try await withBus(host.url, consumers: { [$0.consumer(handlers: [handler])] }) { bus in
            try await bus.publisher.publish(messages)
            try await eventually("all are handled") { running.count == messages.count }
        }
        for subject in Set(messages.map(\.subject)) {
            let seen = events.all.filter { $0.subject == subject }
            let expected = messages.filter { $0.subject == subject }.flatMap { [$0.id, $0.id] }
            #expect(seen.map(\.id) == expected)
            #expect(seen.map(\.isEnd) == seen.indices.map { $0 % 2 == 1 })
        }
    }

    @Test func `what a handler publishes on its way is out before it goes on`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let probe = try BrokerProbe(host.url)
        try probe.declare("listener", boundTo: .understudy, "v1.*.namespace.ready")
        let seen = Record<Int>()
        let handler = Handle(NamespaceRequested.self) { payload, context in
            try await context.publish([namespaceReady(payload.preview)])
            seen.add(try await BrokerProbe(host.url).take(1, from: "listener").count)
            return []
        }
        try await withBus(host.url, consumers: { [$0.consumer(handlers: [handler])] }) { bus in
            try await bus.publisher.publish([Message(try namespaceRequested(), source: "gateway")])
            try await eventually("the handler went on") { seen.count == 1 }
        }
        #expect(seen.all == [1])
    }

    @Test func `a fatal failure ends the consumer and gives the message back`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let handler = Handle(NamespaceRequested.self) { _, _ in throw Failing(.fatal, "no more") }
        let configuration = try RabbitMQConfiguration(url: host.url)
        let bus = MessageBus(service: "worker", configuration: configuration, logger: quiet)
        let consumer = bus.consumer(handlers: [handler])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await bus.run() }
            let consuming = Task { try await consumer.run() }
            try await eventually("the bus is ready") { bus.health.isReady && bus.health.consumers["worker"] != nil }
            try await bus.publisher.publish([Message(try namespaceRequested(), source: "gateway")])
            await #expect(
                throws: MessageBusError.fatal(handler: "Handle<NamespaceRequested>", reason: "no more")
            ) { try await consuming.value }
            group.cancelAll()
        }
        #expect(try await BrokerProbe(host.url).take(1, from: "worker").count == 1)
    }
}

/// Fails where a queue holds messages, ready or unacknowledged.
func expectEmpty(
    _ queue: String, _ host: RabbitMQServer.VirtualHost, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    // The broker counts a quorum queue's messages every five seconds.
    try await eventually("\(queue) is empty", sourceLocation: sourceLocation) {
        let output = try await RabbitMQServer.shared().control(
            "-p", host.name, "list_queues", "--quiet", "--no-table-headers", "name", "messages")
        return output.split(separator: "\n").contains { $0.split(separator: "\t") == [Substring(queue), "0"] }
    }
}
