import Foundation
import PreviewDomain
import TestSupport
import Testing

@testable import MessageBus

@Suite(.timeLimit(.minutes(2)))
struct PublishingTests {
    @Test func `a message arrives as a CloudEvent with its properties`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let probe = try BrokerProbe(host.url)
        try probe.declare("listener", boundTo: .understudy, "v1.*.namespace.#")
        let message = Message(try namespaceRequested(), source: "worker", traceParent: TraceParent().description)
        try await withBus(host.url) { try await $0.publisher.publish([message]) }

        let delivery = try #require(try await probe.take(1, from: "listener").first)
        #expect(delivery.routingKey == "v1.acme.namespace.requested")
        #expect(delivery.exchange == "understudy")
        #expect(delivery.properties.messageID == message.id)
        #expect(delivery.properties.type == "dev.understudy.namespace.requested.v1")
        #expect(delivery.properties.appID == "worker")
        #expect(delivery.properties.contentType == "application/cloudevents+json; charset=utf-8")
        #expect(delivery.properties.subject == message.subject)
        #expect(delivery.properties.traceParent == message.traceParent)
        let (decoded, payload) = try Message.decode(NamespaceRequested.self, from: delivery.body)
        #expect(decoded.id == message.id)
        #expect(payload == message.payload as? NamespaceRequested)
    }

    @Test func `a message that no queue is bound to is an error that names it`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let probe = try BrokerProbe(host.url)
        try probe.declare("listener", boundTo: .understudy, "v1.*.namespace.ready")
        let routable = Message(namespaceReady(try preview()), source: "worker")
        let unroutable = Message(try namespaceRequested(), source: "worker")
        try await withBus(host.url) { bus in
            await #expect(
                throws: MessageBusError.unroutable(
                    messageIDs: [unroutable.id], routingKeys: ["v1.acme.namespace.requested"])
            ) { try await bus.publisher.publish([routable, unroutable]) }
            var optional = try EncodedMessage(unroutable)
            optional.isMandatory = false
            try await bus.publisher.publish([optional])
        }
        #expect(try await probe.take(1, from: "listener").first?.properties.messageID == routable.id)
    }

    @Test func `thousands of messages go through the window in order`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let probe = try BrokerProbe(host.url)
        try probe.declare("listener", boundTo: .understudy, "#")
        let messages = try (0..<3000).map { Message(try namespaceRequested($0), source: "worker") }
        try await withBus(host.url, configure: { $0.confirmWindow = 100 }) { bus in
            try await bus.publisher.publish(messages)
        }
        let ids = try await probe.take(3000, from: "listener").map(\.properties.messageID)
        #expect(ids == messages.map(\.id))
    }

    @Test func `a message the broker refuses fails alone`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let probe = try BrokerProbe(host.url)
        try probe.declare("listener", boundTo: .understudy, "#")
        // The exchange of one message is missing, over which the broker closes the channel.
        let lost = try EncodedMessage(Message(try namespaceRequested(1), source: "worker"), exchange: .intake)
        let messages = try [2, 3].map { try EncodedMessage(Message(try namespaceRequested($0), source: "worker")) }
        try await withBus(host.url, configure: { $0.declaresTopology = false }) { bus in
            do {
                try await bus.publisher.publish([messages[0], lost, messages[1]])
                Issue.record("published to an exchange that does not exist")
            } catch MessageBusError.refused(let ids, let reason) {
                #expect(ids == [lost.id])
                #expect(reason.hasPrefix("404"))
            }
        }
        // Those before it may come twice: they were published again.
        _ = try await probe.take(Set(messages.map(\.id)), from: "listener")
    }

    @Test func `a cancelled publish returns`() async throws {
        let bus = MessageBus(
            service: "worker", configuration: try RabbitMQConfiguration(url: "amqp://127.0.0.1:1"), logger: quiet)
        let message = try EncodedMessage(Message(try namespaceRequested(), source: "worker"))
        let publishing = Task { try await bus.publisher.publish([message]) }
        publishing.cancel()
        await #expect(throws: MessageBusError.stopped(messageIDs: [message.id])) { try await publishing.value }
    }

    @Test func `a publish without a broker gives up after its time`() async throws {
        var configuration = try RabbitMQConfiguration(url: "amqp://127.0.0.1:1")
        configuration.publishTimeout = .milliseconds(300)
        let bus = MessageBus(service: "worker", configuration: configuration, logger: quiet)
        let message = try EncodedMessage(Message(try namespaceRequested(), source: "worker"))
        let running = Task { try await bus.run() }
        await #expect(throws: MessageBusError.unconfirmed(messageIDs: [message.id])) {
            try await bus.publisher.publish([message])
        }
        try await eventually("the first attempt has failed") {
            if case .connecting(.some) = bus.health.publisher { true } else { false }
        }
        guard case .connecting(let error?) = bus.health.publisher else {
            Issue.record("health is \(bus.health.publisher)")
            return
        }
        #expect(error.contains("127.0.0.1:1"))
        #expect(!bus.health.isReady)
        running.cancel()
        try await running.value
        #expect(bus.health.publisher == .stopped)
    }
}

// A publish of many messages goes in parts.
extension PublishingTests {
    @Test func `of many messages those are named that were not published`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let probe = try BrokerProbe(host.url)
        try probe.declare("listener", boundTo: .understudy, "v1.*.namespace.ready")
        let messages = try (0..<500).map { number in
            number % 100 == 7
                ? Message(try namespaceRequested(number), source: "worker")
                : Message(namespaceReady(try preview(number)), source: "worker")
        }
        let unroutable = messages.enumerated().filter { $0.offset % 100 == 7 }.map(\.element.id)
        try await withBus(host.url) { bus in
            do {
                try await bus.publisher.publish(messages)
                Issue.record("published what nobody is bound to")
            } catch MessageBusError.unroutable(let ids, _) {
                #expect(ids.sorted() == unroutable.sorted())
            }
        }
        let ids = try await probe.take(495, from: "listener").map(\.properties.messageID)
        #expect(ids == messages.map(\.id).filter { !unroutable.contains($0) })
    }

    @Test func `a publish of many messages can be cancelled`() async throws {
        let bus = MessageBus(
            service: "worker", configuration: try RabbitMQConfiguration(url: "amqp://127.0.0.1:1"), logger: quiet)
        let messages = try (0..<200).map { Message(try namespaceRequested($0), source: "worker") }
        let publishing = Task { try await bus.publisher.publish(messages) }
        publishing.cancel()
        do {
            try await publishing.value
            Issue.record("published without a broker")
        } catch MessageBusError.stopped(let ids) {
            #expect(Set(ids) == Set(messages.map(\.id)))
        }
    }
}
