import Logging
import Metrics
import MetricsTestKit
import Synchronization
import Testing

@testable import Persistence

@Suite struct UnreadableRowsTests {
    /// Keeps what is logged as errors.
    private final class Said: Sendable {
        let errors = Mutex<[Logger.Metadata]>([])

        struct Handler: LogHandler {
            let said: Said
            var metadata: Logger.Metadata = [:]
            var logLevel = Logger.Level.info
            subscript(metadataKey key: String) -> Logger.Metadata.Value? {
                get { metadata[key] }
                set { metadata[key] = newValue }
            }
            func log(event: LogEvent) {
                guard event.level == .error else { return }
                said.errors.withLock { $0.append(event.metadata ?? [:]) }
            }
        }
    }

    private struct Damage: Error {}

    @Test func `a row is said once, with what to do, and counted as long as it is there`() throws {
        let (said, metrics) = (Said(), TestMetrics())
        let logger = Logger(label: "test") { _ in Said.Handler(said: said) }
        let rows = withMetricsFactory(metrics) {
            UnreadableRows(of: "previews", remedy: "Restore it.", logger: logger)
        }
        let gauge = try metrics.expectGauge("understudy.database.unreadable.rows", [("table", "previews")])
        #expect(gauge.lastValue == 0)
        for row in ["a", "a", "b"] { rows.note(row, Damage(), metadata: ["preview.id": "\(row)"]) }
        #expect(said.errors.withLock { $0.map { $0["preview.id"] } } == ["a", "b"])
        #expect(said.errors.withLock { $0.allSatisfy { $0["remedy"] == "Restore it." } })
        #expect(gauge.lastValue == 2)
        rows.forget("a")
        rows.forget("never")
        #expect(gauge.lastValue == 1 && rows.rows == ["b"])
        rows.note("a", Damage())
        #expect(said.errors.withLock { $0.count } == 3, "damaged anew")
    }
}
