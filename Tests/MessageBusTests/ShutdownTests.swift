import Foundation
import PreviewDomain
import ServiceLifecycle
import TestSupport
import Testing

@testable import MessageBus

@Suite(.timeLimit(.minutes(2)))
struct ShutdownTests {
    @Test func `shutdown lets handlers finish, settles what they did and gives back the rest`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let probe = try BrokerProbe(host.url)
        try probe.declare("listener", boundTo: .understudy, "v1.*.namespace.ready")
        let began = Record<String>()
        let gate = Record<Int>()
        let handler = Handle(NamespaceRequested.self) { payload, context in
            began.add(context.message.id)
            try await eventually("the gate opens") { gate.count == 1 }
            return [namespaceReady(payload.preview)]
        }
        // Two subjects of three messages each: two handlers run, four messages wait behind them.
        let messages = try [0, 0, 0, 1, 1, 1].map { Message(try namespaceRequested($0), source: "gateway") }
        var configuration = try RabbitMQConfiguration(url: host.url)
        configuration.shutdownGrace = .seconds(20)
        let bus = MessageBus(service: "worker", configuration: configuration, logger: quiet)
        let consumer = bus.consumer(handlers: [handler])
        let group = ServiceGroup(
            configuration: .init(services: [bus, consumer], gracefulShutdownSignals: [], logger: quiet))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await eventually("the bus is ready") { bus.health.isReady && !bus.health.consumers.isEmpty }
            try await bus.publisher.publish(messages)
            try await eventually("two handlers run") { began.count == 2 }
            await group.triggerGracefulShutdown()
            try await eventually("no more is begun") { consumer.connection.isStopping }
            gate.add(1)
            try await tasks.waitForAll()
        }
        #expect(Set(began.all) == [messages[0].id, messages[3].id])
        _ = try await probe.take(2, from: "listener")
        let back = try await probe.take(4, from: "worker")
        #expect(Set(back.compactMap(\.properties.messageID)) == Set([1, 2, 4, 5].map { messages[$0].id }))
        #expect(back.allSatisfy { $0.properties.attempt == 1 })
        try await expectEmpty("worker", host)
        #expect(bus.health.consumers == ["worker": .stopped])
    }

    @Test func `a handler that outlasts the grace period is cancelled, and its message given back`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let began = Record<Int>()
        let handler = Handle(NamespaceRequested.self) { _, _ in
            began.add(1)
            try await Task.sleep(for: .seconds(3600))
            return []
        }
        let message = Message(try namespaceRequested(), source: "gateway")
        try await withBus(
            host.url, configure: { $0.shutdownGrace = .milliseconds(200) },
            consumers: { [$0.consumer(handlers: [handler])] }
        ) { bus in
            try await bus.publisher.publish([message])
            try await eventually("the handler runs") { began.count == 1 }
        }
        let back = try await BrokerProbe(host.url).take(1, from: "worker")
        #expect(back.first?.properties.messageID == message.id)
        #expect(back.first?.properties.attempt == 1)
    }

    @Test func `shutdown publishes what was submitted`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let probe = try BrokerProbe(host.url)
        try probe.declare("listener", boundTo: .understudy, "#")
        let messages = try (0..<2000).map { try EncodedMessage(Message(try namespaceRequested($0), source: "worker")) }
        let published = Record<Int>()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            try await withBus(host.url, configure: { $0.confirmWindow = 8 }) { bus in
                tasks.addTask {
                    try await bus.publisher.publish(messages)
                    published.add(1)
                }
                // Or is over already, where this task was not looked after for long.
                try await eventually("publishing began") {
                    bus.health.oldestUnconfirmed != nil || published.count == 1
                }
            }
            try await tasks.waitForAll()
        }
        #expect(try await probe.take(2000, from: "listener").count == 2000)
    }
}
