import CoreMetrics
import Testing

@testable import ServiceRuntime

@Suite struct MetricsTests {
    private let registry = PrometheusRegistry()
    private var factory: PrometheusMetricsFactory { PrometheusMetricsFactory(registry: registry) }

    @Test func `a counter adds up, by its labels`() {
        factory.makeCounter(label: "bus.messages", dimensions: [("outcome", "done")]).increment(by: 2)
        factory.makeCounter(label: "bus.messages", dimensions: [("outcome", "done")]).increment(by: 1)
        factory.makeCounter(label: "bus.messages", dimensions: [("outcome", "dead")]).increment(by: 1)
        #expect(
            registry.exposition() == """
                # TYPE bus_messages_total counter
                bus_messages_total{outcome="dead"} 1.0
                bus_messages_total{outcome="done"} 3.0

                """)
    }

    @Test func `a meter goes up and down`() {
        let meter = factory.makeMeter(label: "previews", dimensions: [])
        meter.set(Int64(5))
        meter.decrement(by: 2)
        #expect(registry.exposition() == "# TYPE previews gauge\npreviews 3.0\n")
    }

    @Test func `a timer counts into its buckets, in seconds`() {
        let timer = factory.makeTimer(label: "handler", dimensions: [])
        timer.recordNanoseconds(2_000_000)
        timer.recordNanoseconds(2_000_000_000)
        let text = registry.exposition()
        #expect(text.contains("# TYPE handler_seconds histogram"))
        #expect(text.contains(#"handler_seconds_bucket{le="0.001"} 0"#))
        #expect(text.contains(#"handler_seconds_bucket{le="0.005"} 1"#))
        #expect(text.contains(#"handler_seconds_bucket{le="2.5"} 2"#))
        #expect(text.contains(#"handler_seconds_bucket{le="+Inf"} 2"#))
        #expect(text.contains("handler_seconds_sum 2.002\nhandler_seconds_count 2"))
    }

    @Test func `values of labels are escaped, names made valid`() {
        factory.makeCounter(label: "a-b.c", dimensions: [("x y", "a\"b\\c\nd")]).increment(by: 1)
        #expect(registry.exposition().contains(#"a_b_c_total{x_y="a\"b\\c\nd"} 1.0"#))
    }

    @Test func `a destroyed metric is gone`() {
        let counter = factory.makeCounter(label: "short", dimensions: [])
        counter.increment(by: 1)
        factory.destroyCounter(counter)
        #expect(registry.exposition().isEmpty)
    }
}
