import Foundation
import PreviewDomain
import TestSupport
import Testing

@testable import MessageBus

/// What the broker itself does to its clients; on a node of these tests' own.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct BrokerFaultTests {
    private static let node = Task { try await RabbitMQServer.start() }

    @Test(arguments: [false, true])
    func `no confirmed message is lost when the broker goes away, and all are handled`(isKilled: Bool) async throws {
        let server = try await Self.node.value
        let host = try await server.makeVirtualHost()
        let handled = Record<String>()
        let confirmed = Record<String>()
        let isOver = Record<Bool>()
        let handler = Handle(NamespaceRequested.self) { _, context in
            handled.add(context.message.id)
            return []
        }
        try await withBus(host.url, consumers: { [$0.consumer(handlers: [handler])] }) { bus in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for publisher in 0..<8 {
                    group.addTask {
                        while isOver.count == 0 {
                            let messages = try (0..<5).map {
                                Message(try namespaceRequested(publisher * 10 + $0), source: "gateway")
                            }
                            try await bus.publisher.publish(messages)
                            for message in messages { confirmed.add(message.id) }
                        }
                    }
                }
                try await eventually("messages flow") { confirmed.count > 200 }
                if isKilled { try await server.kill() } else { try await server.stop() }
                try await eventually("that is noticed") { !bus.health.isReady }
                let before = confirmed.count
                try await server.restart()
                try await eventually("messages flow again", within: .seconds(60)) {
                    confirmed.count > before + 200
                }
                isOver.add(true)
                try await group.waitForAll()
            }
            try await eventually("every confirmed message is handled") {
                Set(handled.all).isSuperset(of: confirmed.all)
            }
        }
    }

    @Test func `publishing waits while the broker's memory is short`() async throws {
        let server = try await Self.node.value
        let host = try await server.makeVirtualHost()
        let probe = try BrokerProbe(host.url)
        try probe.declare("listener", boundTo: .understudy, "#")
        try await withBus(host.url) { bus in
            try await server.control("set_vm_memory_high_watermark", "0.00001")
            let messages = try (0..<50).map { Message(try namespaceRequested($0), source: "worker") }
            let done = Record<Int>()
            async let publishing: Void = {
                try await bus.publisher.publish(messages)
                done.add(1)
            }()
            try await eventually("publishing is blocked") {
                if case .blocked = bus.health.publisher { true } else { false }
            }
            #expect(!bus.health.isReady)
            #expect(done.count == 0)
            try await server.control("set_vm_memory_high_watermark", "absolute", "1GB")
            try await publishing
            #expect(bus.health.isReady)
        }
        _ = try await probe.take(50, from: "listener")
    }
}
