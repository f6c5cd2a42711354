public import Logging
public import PreviewDomain

/// What a handler knows of a delivery besides its payload.
public struct MessageContext: Sendable {
    /// The message: id, source, time, trace context, payload.
    public let message: Message
    /// Which attempt at handling the message this is; the first is 1.
    public let attempt: Int
    /// The queue that it came from.
    public let queue: String
    /// A logger that carries the message's id, type, subject and trace.
    public let logger: Logger

    private let service: String
    private let publisher: any MessagePublishing

    /// Creates a context; handlers' tests do this with a publisher of their own.
    public init(
        message: Message, attempt: Int = 1, queue: String, service: String, logger: Logger,
        publisher: any MessagePublishing
    ) {
        self.message = message
        self.attempt = attempt
        self.queue = queue
        self.logger = logger
        self.service = service
        self.publisher = publisher
    }

    /// Publishes messages now, and returns when the broker has confirmed them: for what has to be known before the
    /// handler goes on, such as `resource.planned` before an object is made.
    public func publish(_ payloads: [any MessagePayload]) async throws(MessageBusError) {
        try await publisher.publish(payloads.map(consequence))
    }

    /// A message caused by this one: from this service, in the same trace.
    public func consequence(_ payload: any MessagePayload) -> Message {
        Message(
            payload, source: service,
            traceParent: (message.traceParent.flatMap(TraceParent.init) ?? TraceParent()).child.description)
    }
}
