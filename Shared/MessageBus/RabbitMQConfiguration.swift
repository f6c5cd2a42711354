import Foundation

/// How to reach RabbitMQ, and how to use it.
public struct RabbitMQConfiguration: Sendable {
    /// Where the broker is and who we are there.
    public let endpoint: RabbitMQEndpoint
    /// Interval of heartbeats; a peer that is silent for two of them is gone. 1 s or more, 10 s by default.
    public var heartbeat: Duration = .seconds(10)
    /// How long one attempt at connecting may take.
    public var connectTimeout: Duration = .seconds(5)
    /// How long the broker may take to answer a method such as `queue.declare`.
    public var rpcTimeout: Duration = .seconds(15)
    /// How long a confirm may take before the connection is given up and the message published again.
    public var confirmTimeout: Duration = .seconds(15)
    /// How long a call of `publish` waits in all, through reconnects, before it throws `unconfirmed`.
    public var publishTimeout: Duration = .seconds(60)
    /// How many messages may be published and not yet confirmed.
    public var confirmWindow = 512
    /// How many deliveries a consumer holds, which is how many handlers run in parallel.
    public var prefetch: UInt16 = 64
    /// The delays of a failed message's next attempts; the last one repeats. Each is a queue.
    public var retryDelays: [Duration] = [.seconds(1), .seconds(5), .seconds(30), .seconds(120)]
    /// How often a message is attempted before it is dead-lettered.
    public var maximumAttempts = 12
    /// How often the broker may have delivered a message whose handling never ended, as when it kills the process,
    /// before it is dead-lettered.
    public var maximumDeliveries = 10
    /// The shortest and the longest pause between attempts to connect.
    public var reconnectDelay: ClosedRange<Duration> = .milliseconds(100) ... .seconds(10)
    /// How long handlers may go on after shutdown began, before they are cancelled.
    public var shutdownGrace: Duration = .seconds(20)
    /// Whether to declare exchanges, queues and bindings. Where the service's user may not, they are to be loaded into the
    /// broker as definitions.
    public var declaresTopology = true
    /// PEM file of the certificate authorities that vouch for an `amqps` broker.
    public var caFile = "/etc/ssl/certs/ca-certificates.crt"
    /// PEM files of the client's certificate and key, for `amqps`.
    public var clientCertificate: (certificateFile: String, keyFile: String)?

    /// Reads `amqp://` or `amqps://user:password@host:port/virtual-host`, percent-encoded as RabbitMQ's URI
    /// specification says.
    ///
    /// - Throws: `MessageBusError.invalidConfiguration`, which never contains the password.
    public init(url: String) throws(MessageBusError) {
        endpoint = try RabbitMQEndpoint(url: url)
    }
}
