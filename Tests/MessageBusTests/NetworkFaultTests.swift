import Foundation
import PreviewDomain
import TestSupport
import Testing

@testable import MessageBus

@Suite(.timeLimit(.minutes(3)))
struct NetworkFaultTests {
    @Test func `a message whose connection is lost is delivered again, and its late settlement ignored`() async throws {
        let server = try await RabbitMQServer.shared()
        let host = try await server.makeVirtualHost()
        let proxy = try TCPProxy(to: await server.port)
        defer { proxy.close() }
        let ids = Record<String>()
        let ended = Record<Int>()
        let handler = Handle(NamespaceRequested.self) { _, context in
            if ids.add(context.message.id) == 1 {
                proxy.cut()
                // Ends only after the message is on its way again, when its delivery tag means nothing any more.
                try await eventually("another message came") { ids.count > 1 }
            }
            ended.add(1)
            return []
        }
        let first = Message(try namespaceRequested(0), source: "gateway")
        try await withBus(try proxy.url(host.url), consumers: { [$0.consumer(handlers: [handler])] }) { _ in
            // Not through the proxy: what is not confirmed when it cuts would be published twice.
            try await withBus(host.url, service: "gateway") { gateway in
                try await gateway.publisher.publish([first])
                try await eventually("it is being handled") { ids.count > 0 }
                // Another subject, so that it need not wait for the first.
                try await gateway.publisher.publish([Message(try namespaceRequested(1), source: "gateway")])
            }
            try await eventually("the first is handled again") { ended.count == 3 }
        }
        #expect(ids.all.filter { $0 == first.id }.count == 2)
        try await expectEmpty("worker", host)
    }

    @Test func `heartbeats go on while a handler takes longer than two of them`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let deliveries = Record<Int>()
        let ended = Record<Int>()
        let handler = Handle(NamespaceRequested.self) { _, _ in
            deliveries.add(1)
            // Holds a thread of the pool as well, which a handler should not, but may.
            blockThread(for: 6.5)
            ended.add(1)
            return []
        }
        try await withBus(
            host.url, configure: { $0.heartbeat = .seconds(2) }, consumers: { [$0.consumer(handlers: [handler])] }
        ) { bus in
            try await bus.publisher.publish([Message(try namespaceRequested(), source: "gateway")])
            try await eventually("the handler ended") { ended.count == 1 }
            #expect(bus.health.consumers == ["worker": .ready])
        }
        #expect(deliveries.count == 1)
        try await expectEmpty("worker", host)
    }

    @Test func `a connection that swallows everything is noticed, and what was unconfirmed published again`()
        async throws
    {
        let server = try await RabbitMQServer.shared()
        let host = try await server.makeVirtualHost()
        let probe = try BrokerProbe(host.url)
        try probe.declare("listener", boundTo: .understudy, "#")
        let proxy = try TCPProxy(to: await server.port)
        defer { proxy.close() }
        try await withBus(try proxy.url(host.url), configure: { $0.heartbeat = .seconds(1) }) { bus in
            proxy.swallow()
            let message = try EncodedMessage(Message(try namespaceRequested(), source: "worker"))
            async let published: Void = bus.publisher.publish([message])
            // TCP sees nothing wrong, so only missing heartbeats can tell.
            try await eventually("the connection is given up") { !bus.health.isReady }
            proxy.heal()
            try await published
            #expect(try await probe.take(1, from: "listener").first?.properties.messageID == message.id)
        }
    }

    @Test func `a large message into a connection that swallows everything does not block for ever`() async throws {
        let server = try await RabbitMQServer.shared()
        let host = try await server.makeVirtualHost()
        let probe = try BrokerProbe(host.url)
        try probe.declare("listener", boundTo: .understudy, "#")
        let proxy = try TCPProxy(to: await server.port)
        defer { proxy.close() }
        try await withBus(try proxy.url(host.url), configure: { $0.heartbeat = .seconds(1) }) { bus in
            proxy.stall()
            let small = try EncodedMessage(Message(try namespaceRequested(), source: "worker"))
            // More than all socket buffers hold, and less than RabbitMQ 4 takes at most.
            let large = EncodedMessage(
                id: "large", type: small.type, source: "worker", subject: "", routingKey: small.routingKey,
                time: Date(), traceParent: nil, body: Data(repeating: 32, count: 15 << 20))
            async let published: Void = bus.publisher.publish([large, small])
            try await eventually("the connection is given up") { !bus.health.isReady }
            proxy.heal()
            try await published
            _ = try await probe.take(["large", small.id], from: "listener")
        }
    }

    @Test func `a consumer whose connection swallows everything makes another`() async throws {
        let server = try await RabbitMQServer.shared()
        let host = try await server.makeVirtualHost()
        let proxy = try TCPProxy(to: await server.port)
        defer { proxy.close() }
        let handled = Record<String>()
        let handler = Handle(NamespaceRequested.self) { _, context in
            handled.add(context.message.id)
            return []
        }
        try await withBus(
            try proxy.url(host.url), configure: { $0.heartbeat = .seconds(1) },
            consumers: { [$0.consumer(handlers: [handler])] }
        ) { bus in
            proxy.swallow()
            try await eventually("the connection is given up") { bus.health.consumers["worker"] != .ready }
            proxy.heal()
            let message = Message(try namespaceRequested(), source: "gateway")
            try await bus.publisher.publish([message])
            try await eventually("messages come again") { handled.all.contains(message.id) }
        }
    }

    @Test func `a consumer whose queue is deleted declares it anew and goes on`() async throws {
        let server = try await RabbitMQServer.shared()
        let host = try await server.makeVirtualHost()
        let handled = Record<String>()
        let handler = Handle(NamespaceRequested.self) { _, context in
            handled.add(context.message.id)
            return []
        }
        try await withBus(host.url, consumers: { [$0.consumer(handlers: [handler])] }) { bus in
            try await server.control("-p", host.name, "delete_queue", "worker")
            let message = Message(try namespaceRequested(), source: "gateway")
            try await eventually("the queue is bound again") {
                do {
                    try await bus.publisher.publish([message])
                    return true
                } catch MessageBusError.unroutable {
                    return false
                }
            }
            try await eventually("a message is handled") { handled.all == [message.id] }
        }
    }

    @Test func `a retry whose queue is missing declares it anew, and loses nothing`() async throws {
        let server = try await RabbitMQServer.shared()
        let host = try await server.makeVirtualHost()
        let attempts = Record<Int>()
        let handler = Handle(NamespaceRequested.self) { _, context in
            if attempts.add(context.attempt) == 1 {
                try await server.control("-p", host.name, "delete_queue", "worker.retry.100ms")
            }
            if context.attempt == 1 { throw Failing(.transient) }
            return []
        }
        try await withBus(host.url, consumers: { [$0.consumer(handlers: [handler])] }) { bus in
            try await bus.publisher.publish([Message(try namespaceRequested(), source: "gateway")])
            try await eventually("the second attempt") { attempts.all.last == 2 }
        }
        // Delivered again because it could not be moved; only then attempted again.
        #expect(attempts.all == [1, 1, 2])
        try await expectEmpty("worker", host)
    }

    @Test func `a message that ends every connection it comes by is dead-lettered`() async throws {
        let server = try await RabbitMQServer.shared()
        let host = try await server.makeVirtualHost()
        let proxy = try TCPProxy(to: await server.port)
        defer { proxy.close() }
        let deliveries = Record<Int>()
        let handler = Handle(NamespaceRequested.self) { _, _ in
            deliveries.add(1)
            proxy.cut()
            return []
        }
        try await withBus(
            try proxy.url(host.url), configure: { $0.maximumDeliveries = 2 },
            consumers: { [$0.consumer(handlers: [handler])] }
        ) { _ in
            let message = Message(try namespaceRequested(), source: "gateway")
            // Not through the proxy: what is not confirmed when it cuts would be published twice.
            try await withBus(host.url, service: "gateway") { try await $0.publisher.publish([message]) }
            let dead = try #require(try await BrokerProbe(host.url).take(1, from: "worker.dead").first)
            #expect(dead.properties.messageID == message.id)
            #expect(dead.properties.reason == "delivery-limit")
        }
        #expect(deliveries.count == 3)
    }
}

/// Blocks the calling thread, as badly written handlers do.
private func blockThread(for seconds: Double) { Thread.sleep(forTimeInterval: seconds) }
