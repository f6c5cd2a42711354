/// Whether messages flow.
public struct MessageBusHealth: Sendable, Equatable {
    /// State of a connection.
    public enum Connection: Sendable, Equatable {
        /// There is none; the text is the last reason.
        case connecting(lastError: String?)
        /// Messages flow.
        case ready
        /// The broker refuses publishing, because of a memory or disk alarm; the text is its reason.
        case blocked(reason: String)
        /// The service has been told to stop, or was never started.
        case stopped
    }

    /// The connection that publishes.
    public let publisher: Connection
    /// The connections that consume, by queue.
    public let consumers: [String: Connection]
    /// How long the oldest message has waited for its confirm.
    public let oldestUnconfirmed: Duration?
    /// How long the oldest handler has been running.
    public let oldestHandler: Duration?

    /// Whether every connection is up and none is blocked: the answer for `/readyz`.
    public var isReady: Bool { publisher == .ready && consumers.values.allSatisfy { $0 == .ready } }
}
