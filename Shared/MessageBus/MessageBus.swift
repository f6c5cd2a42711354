import Foundation
public import Logging
public import PreviewDomain
public import ServiceLifecycle

/// A service's end of the message bus.
///
/// Promises:
/// - A message counts as published when the broker confirmed that it is stored and did not return it.
/// - A delivery is acknowledged when its handler has returned and everything that the handler published is confirmed.
/// - So every message is handled at least once, and may be handled again; nothing is lost when a process, the broker or
///   the network between them dies at any instant.
/// - A message that fails is tried again after growing delays; what cannot be handled ends in the queue
///   `<service>.dead` with the reason.
///
/// Run it, and every consumer that it makes, in one `ServiceGroup`, the bus first: services stop in reverse order, and
/// consumers publish until they have stopped.
public struct MessageBus: Service {
    /// Name of the service, which is the name of its queue and the source of its messages.
    public let service: String

    private let configuration: RabbitMQConfiguration
    private let logger: Logger
    private let board: HealthBoard
    private let connection: PublisherConnection

    /// Creates the bus of one service. Nothing is connected before ``run()``.
    ///
    /// - Parameter service: the service's name, such as `db-cloner`.
    public init(service: String, configuration: RabbitMQConfiguration, logger: Logger) {
        self.service = service
        self.configuration = configuration
        self.logger = logger
        board = HealthBoard()
        connection = PublisherConnection(service: service, configuration: configuration, board: board, logger: logger)
    }

    /// Publishes messages; waits while there is no connection.
    public var publisher: any MessagePublishing { connection }

    /// Whether messages flow.
    public var health: MessageBusHealth { board.health }

    /// Makes a consumer of a queue; it starts when its `run()` does, and declares what it needs.
    ///
    /// - Parameters:
    ///   - queue: the durable quorum queue; the service's name by default.
    ///   - handlers: handlers of messages on the exchange `understudy`, at most one per type.
    ///   - intake: handlers of requests that other systems send to the exchange `understudy.intake`.
    ///   - responders: those who answer requests, at most one per type.
    ///   - clusters: how many clusters the handlers work on. Of several, none holds all deliveries while it is slow: what is
    ///     above its share is postponed.
    public func consumer(
        queue: String? = nil, handlers: [any MessageHandler] = [], intake: [any MessageHandler] = [],
        responders: [any RequestResponder] = [], clusters: Int = 1
    ) -> MessageConsumer {
        let queue = queue ?? service
        let table = HandlerTable(queue: queue, handlers: handlers, intake: intake, responders: responders)
        let topology = QueueTopology(
            queue: queue,
            retry: RetryLadder(delays: configuration.retryDelays, maximumAttempts: configuration.maximumAttempts),
            deliveryLimit: configuration.maximumDeliveries, bindings: table.bindings)
        let consumer = ConsumerConnection(
            service: service, topology: topology, configuration: configuration, board: board, logger: logger)
        let dispatcher = MessageDispatcher(
            service: service, topology: topology, configuration: configuration, table: table, publisher: connection,
            connection: consumer, board: board, clusters: clusters, logger: logger)
        return MessageConsumer(dispatcher: dispatcher, connection: consumer)
    }

    /// Asks a question that needs its answer now, and waits for it.
    ///
    /// - Parameters:
    ///   - payload: the question; a ``RequestResponder`` of its type answers it.
    ///   - reply: the type of the answer.
    ///   - deadline: how long to wait. The question is void afterwards.
    /// - Throws: `MessageBusError.requestTimedOut`, `requestFailed`, or `unroutable` where nobody answers such questions.
    public func request<Reply: Decodable & Sendable>(
        _ payload: any MessagePayload, expecting reply: Reply.Type, deadline: Duration
    ) async throws(MessageBusError) -> Reply {
        let message = Message(payload, source: service, traceParent: TraceParent().description)
        let answer = try await connection.request(try EncodedMessage(message), deadline: deadline)
        if let failure = answer.failure {
            let failureClass: FailureClass = failure == "transient" ? .transient : .permanent
            throw .requestFailed(class: failureClass, reason: String(decoding: answer.body, as: UTF8.self))
        }
        do {
            return try JSONCoding.decoder.decode(reply, from: answer.body)
        } catch {
            throw .requestFailed(class: .permanent, reason: "the answer is no \(reply): \(error)")
        }
    }

    /// Connects, stays connected, and publishes; on graceful shutdown ends when everything that waits is confirmed, or
    /// the grace period is over.
    public func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await connection.run()
        } onCancelOrGracefulShutdown: {
            connection.stop()
        }
    }
}
