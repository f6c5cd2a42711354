import Foundation
import PreviewDomain
import Synchronization
import TestSupport
import Testing

@testable import MessageBus

@Suite(.timeLimit(.minutes(2))) struct ClusterShareTests {
    @Test func `a slow cluster's messages do not keep those of another waiting`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let handled = Record<(cluster: String, attempt: Int)>()
        let isOpen = Mutex(false)
        let handler = Handle(NamespaceRequested.self) { payload, context in
            if payload.preview.cluster == "slow" {
                try await eventually("the slow cluster answers", within: .seconds(60)) { isOpen.withLock { $0 } }
            }
            handled.add((payload.preview.cluster, context.attempt))
            return []
        }
        func message(_ number: Int, _ cluster: String) throws -> Message {
            var request = try namespaceRequested(number)
            request.preview.cluster = cluster
            return Message(request, source: "gateway")
        }
        let slow = try (0..<12).map { try message($0, "slow") }
        try await withBus(
            host.url, configure: { $0.prefetch = 4 }, consumers: { [$0.consumer(handlers: [handler], clusters: 2)] }
        ) { bus in
            try await bus.publisher.publish(slow)
            try await bus.publisher.publish([message(50, "fast"), message(51, "fast")])
            try await eventually("the other cluster's are handled") { handled.count == 2 }
            isOpen.withLock { $0 = true }
            try await eventually("all are handled") { handled.count == 14 }
        }
        #expect(handled.all.prefix(2).map(\.cluster) == ["fast", "fast"])
        #expect(handled.all.allSatisfy { $0.attempt == 1 }, "to wait is no failed attempt")
    }

    @Test func `a place goes to who waits longest, and one cluster alone may have all`() async throws {
        let shares = ClusterShares(clusters: 2, prefetch: 2)
        #expect(await shares.enter("a"))
        #expect(await shares.enter("b"), "each has its own share")
        #expect(await !shares.enter("a"), "it is taken, and nobody leaves")
        async let next = shares.enter("a")
        try await Task.sleep(for: .milliseconds(20))
        shares.leave("a")
        #expect(await next)
        #expect(await !shares.enter("a"), "it was handed over")
        shares.leave("a")
        #expect(await shares.enter("a"))

        // Whoever gives up in the moment in which a place comes either has it or leaves it.
        for _ in 0..<200 {
            let waiting = Task { await shares.enter("a") }
            await Task.yield()
            async let left: Void = shares.leave("a")
            waiting.cancel()
            await left
            if await waiting.value { shares.leave("a") }
            #expect(await shares.enter("a"), "no place is lost")
        }

        let alone = ClusterShares(clusters: 1, prefetch: 2)
        for _ in 0..<10 { #expect(await alone.enter("a")) }
    }
}
