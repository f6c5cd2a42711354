/// Whether messages flow.
public struct MessageBusHealth: Sendable, Equatable {
    /// State of a connection.
    public enum Connection: Sendable, Equatable {
        /// There is none; the text says why the last one ended, or could not be made.
        case connecting(lastError: String?)
        /// Messages flow.
        case ready
        /// The broker refuses publishing, because of a memory or disk alarm; the text is its reason.
        case blocked(reason: String)
        /// The service has stopped, or has not been started.
        case stopped
    }

    /// The connection that publishes.
    public let publisher: Connection
    /// The connections that consume, by queue.
    public let consumers: [String: Connection]
    /// How long the oldest published message has waited for its confirm.
    public let oldestUnconfirmed: Duration?
    /// How long the handler that began first has been running.
    public let oldestHandler: Duration?

    /// Whether every connection is up and none is blocked: the answer for `/readyz`.
    public var isReady: Bool { publisher == .ready && consumers.values.allSatisfy { $0 == .ready } }
}
