import Foundation
import Logging
import PreviewDomain
import ServiceLifecycle
import Synchronization

/// Runs handlers: as many at once as there are deliveries, but one at a time per subject.
final class MessageDispatcher: Sendable {
    let service: String
    let topology: QueueTopology
    let maximumDeliveries: Int
    let shutdownGrace: Duration
    let table: HandlerTable
    let publisher: PublisherConnection
    let connection: ConsumerConnection
    let board: HealthBoard
    let logger: Logger
    let shares: ClusterShares
    private let lanes = Mutex(SubjectLanes<Delivery>())
    private let failure = Mutex<MessageBusError?>(nil)
    // Finished when no more is to be begun and the grace period runs.
    private let ending = AsyncStream<Never>.makeStream()

    init(
        service: String, topology: QueueTopology, configuration: RabbitMQConfiguration, table: HandlerTable,
        publisher: PublisherConnection, connection: ConsumerConnection, board: HealthBoard, clusters: Int,
        logger: Logger
    ) {
        self.service = service
        self.topology = topology
        maximumDeliveries = configuration.maximumDeliveries
        shutdownGrace = configuration.shutdownGrace
        self.table = table
        shares = ClusterShares(clusters: clusters, prefetch: Int(configuration.prefetch))
        self.publisher = publisher
        self.connection = connection
        self.board = board
        self.logger = logger
    }

    /// The fatal error of a handler, where there was one.
    var fatalError: MessageBusError? { failure.withLock { $0 } }

    /// Handles deliveries until there are no more. After graceful shutdown began, or a handler failed for good, handlers
    /// have the grace period to end.
    func run(_ deliveries: AsyncStream<[Delivery]>) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.dispatch(deliveries) }
            group.addTask {
                await withGracefulShutdownHandler {
                    for await _ in self.ending.stream {}
                } onGracefulShutdown: {
                    self.ending.continuation.finish()
                }
                try? await Task.sleep(for: self.shutdownGrace)
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Notes a fatal error, and takes no more deliveries.
    func stop(_ error: MessageBusError) {
        failure.withLock { $0 = $0 ?? error }
        connection.stopConsuming()
        ending.continuation.finish()
    }

    private func dispatch(_ deliveries: AsyncStream<[Delivery]>) async {
        await withDiscardingTaskGroup { group in
            for await batch in deliveries {
                for delivery in batch {
                    guard let subject = lane(of: delivery) else {
                        group.addTask { await self.handle(delivery) }
                        continue
                    }
                    guard lanes.withLock({ $0.admit(delivery, subject: subject) }) else { continue }
                    group.addTask { await self.work(on: delivery, subject) }
                }
            }
        }
    }

    private func work(on first: Delivery, _ subject: String) async {
        var delivery: Delivery? = first
        while let current = delivery {
            await handle(current)
            delivery = lanes.withLock { $0.finished(subject) }
        }
    }

    /// The subject to keep in order; `nil` where there is none, as for requests.
    private func lane(of delivery: Delivery) -> String? {
        if delivery.properties.replyTo != nil { return nil }
        return delivery.properties.subject ?? Message.subject(of: delivery.body)
    }
}
