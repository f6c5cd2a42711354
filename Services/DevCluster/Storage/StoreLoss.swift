import ServiceLifecycle
import Synchronization

/// Learns that the cluster's data can no longer be written. From then on writes are refused, since a restart would forget
/// them, and the cluster ends.
final class StoreLoss: Sendable {
    private let cause = Mutex<StoreLost?>(nil)
    private let (lost, notice) = AsyncStream.makeStream(of: Never.self)

    /// Notes why; the first reason counts.
    func note(_ error: any Error) {
        cause.withLock { $0 = $0 ?? StoreLost(reason: "\(error)") }
        notice.finish()
    }

    /// Throws where the data can no longer be written.
    func check() throws(APIError) {
        if let cause = cause.withLock({ $0 }) { throw .internalError(cause.description) }
    }

    /// Waits until the data can no longer be written, and throws why.
    fileprivate func wait() async throws {
        for await _ in lost {}
        if let cause = cause.withLock({ $0 }) { throw cause }
    }
}

/// Ends the cluster when its data can no longer be written.
struct StoreLossWatch: Service {
    let loss: StoreLoss

    func run() async throws { try await cancelWhenGracefulShutdown { try await loss.wait() } }
}

/// The cluster's data can no longer be written.
struct StoreLost: Error, CustomStringConvertible {
    let reason: String

    var description: String {
        "the cluster's data can no longer be written: \(reason). It ends; what it answered is kept. Make room, then start it"
            + " again"
    }
}
