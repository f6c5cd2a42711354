import Foundation
import Logging
import Synchronization
import Testing

@testable import ServiceRuntime

@Suite struct JSONLogTests {
    private final class Lines: Sendable {
        let all = Mutex<[Data]>([])
    }

    private func entry(_ log: (Logger) -> Void) throws -> [String: String] {
        let lines = Lines()
        var handler = JSONLogHandler(label: "db-cloner")
        handler.write = { line in lines.all.withLock { $0.append(line) } }
        let prepared = handler
        var logger = Logger(label: "db-cloner") { _ in prepared }
        logger[metadataKey: LogKey.preview] = "abc"
        log(logger)
        let line = try #require(lines.all.withLock { $0 }.first)
        #expect(line.last == UInt8(ascii: "\n"))
        return try JSONDecoder().decode([String: String].self, from: line)
    }

    @Test func `a line is one JSON object with message, service and metadata`() throws {
        let entry = try entry { $0.warning("Lost connection", metadata: ["attempt": "3", LogKey.preview: "xyz"]) }
        #expect(entry["message"] == "Lost connection")
        #expect(entry["level"] == "warning")
        #expect(entry["service"] == "db-cloner")
        #expect(entry["attempt"] == "3")
        #expect(entry[LogKey.preview] == "xyz")
        #expect(entry["time"]?.hasSuffix("Z") == true)
    }

    @Test func `line breaks and quotes stay inside the line`() throws {
        #expect(try entry { $0.error("a\n\"b\"") }["message"] == "a\n\"b\"")
    }
}
