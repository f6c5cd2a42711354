import Foundation
import Synchronization

/// The first part of what a command writes.
final class OutputBuffer: Sendable {
    private let bytes = Mutex(Data())
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    func append(_ data: Data) {
        bytes.withLock { $0.append(data.prefix(max(0, limit - $0.count))) }
    }

    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
}
