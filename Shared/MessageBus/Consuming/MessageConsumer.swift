public import ServiceLifecycle

/// Consumes one queue; made by ``MessageBus/consumer(queue:handlers:intake:responders:)``.
public struct MessageConsumer: Service {
    /// The queue that it consumes.
    public var queue: String { dispatcher.topology.queue }

    let dispatcher: MessageDispatcher
    let connection: ConsumerConnection

    /// Consumes until graceful shutdown: then takes no more, lets handlers finish, acknowledges what they did, and gives
    /// back what was not begun. Handlers still running after the grace period are cancelled.
    ///
    /// - Throws: `MessageBusError.fatal` when a handler failed with a fatal error.
    public func run() async throws {
        let (deliveries, continuation) = AsyncStream.makeStream(of: [Delivery].self)
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await connection.run(continuation) }
                group.addTask {
                    await dispatcher.run(deliveries)
                    connection.finish()
                }
            }
        } onCancelOrGracefulShutdown: {
            connection.stopConsuming()
        }
        if let error = dispatcher.fatalError { throw error }
    }
}
