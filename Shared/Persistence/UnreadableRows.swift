public import Logging
import Metrics
import Synchronization

/// The rows of a table that can't be read. Each is passed over, so that it holds up no other, and is said once.
///
/// `understudy.database.unreadable.rows` says how many there are at present.
public final class UnreadableRows: Sendable {
    private let known = Mutex<Set<String>>([])
    private let table: String
    private let remedy: String
    private let logger: Logger
    private let gauge: Gauge

    /// Creates a record of none.
    ///
    /// - Parameters:
    ///   - table: what the metric names them by.
    ///   - remedy: what becomes of such a row, and what to do about it.
    public init(of table: String, remedy: String, logger: Logger) {
        self.table = table
        self.remedy = remedy
        self.logger = logger
        gauge = Gauge(label: "understudy.database.unreadable.rows", dimensions: [("table", table)])
        gauge.record(0)
    }

    /// Which rows are known to be unreadable.
    public var rows: Set<String> { known.withLock { $0 } }

    /// Notes that a row can't be read, and says so unless it was said.
    ///
    /// - Parameters:
    ///   - row: tells it from the others.
    ///   - metadata: what else the log says of it.
    public func note(_ row: String, _ error: any Error, metadata: Logger.Metadata = [:]) {
        guard change({ $0.insert(row).inserted }) else { return }
        let details: Logger.Metadata = [
            "table": "\(table)", "row": "\(row)", "error": "\(error)", "remedy": "\(remedy)",
        ]
        logger.error("Passed over a row that can't be read", metadata: details.merging(metadata) { first, _ in first })
    }

    /// Notes that a row can be read, or is gone.
    public func forget(_ row: String) { _ = change { $0.remove(row) != nil } }

    private func change(_ body: (inout Set<String>) -> Bool) -> Bool {
        known.withLock { rows in
            guard body(&rows) else { return false }
            gauge.record(rows.count)
            return true
        }
    }
}
