import Foundation
import Metrics
import MetricsTestKit
import PreviewDomain
import TestSupport
import Testing

@testable import MessageBus

@Suite(.timeLimit(.minutes(2)))
struct MetricsTests {
    @Test func `what is published and handled is counted`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let attempts = Record<Int>()
        let handler = Handle(NamespaceRequested.self) { _, context in
            if attempts.add(context.attempt) == 1 { throw Failing(.transient) }
            return []
        }
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            try await withBus(host.url, consumers: { [$0.consumer(handlers: [handler])] }) { bus in
                try await bus.publisher.publish([Message(try namespaceRequested(), source: "gateway")])
                await #expect(throws: MessageBusError.self) {
                    try await bus.publisher.publish([Message(namespaceReady(try preview()), source: "gateway")])
                }
                try await eventually("the second attempt is done") { try handled(metrics, "done") == 1 }
            }
        }
        // The message, and its move to the retry queue.
        #expect(try metrics.expectCounter("messages_published").totalValue == 2)
        #expect(try metrics.expectCounter("messages_returned").totalValue == 1)
        #expect(try handled(metrics, "retried") == 1)
        #expect(try handled(metrics, "dead") == 0)
    }

    private func handled(_ metrics: TestMetrics, _ outcome: String) throws -> Int64 {
        try metrics.expectCounter(
            "messages_handled",
            [("queue", "worker"), ("handler", "Handle<NamespaceRequested>"), ("outcome", outcome)]
        ).totalValue
    }
}
