import Synchronization

/// Notes who works when.
final class WorkLog: Sendable {
    let entries = Mutex<[String]>([])
    func note(_ text: String) { entries.withLock { $0.append(text) } }
    var all: [String] { entries.withLock { $0 } }

    /// Works until cancelled.
    func work(_ name: String) -> @Sendable () async throws -> Void {
        { [self] in
            note("\(name) starts")
            defer { note("\(name) ends") }
            try await Task.sleep(for: .seconds(60))
        }
    }
}
