/// The queues and bindings of one consumer.
struct QueueTopology: Sendable, Equatable {
    let queue: String
    let retry: RetryLadder
    let deliveryLimit: Int
    /// Binding keys by exchange.
    let bindings: [MessageExchange: [String]]

    /// The queue of what cannot be handled.
    var deadQueue: String { "\(queue).dead" }

    /// The queues, each after those that it dead-letters to.
    ///
    /// The broker's own delivery limit is the net below the consumer's, which can say more about the reason.
    var declarations: [QueueDeclaration] {
        let dead = QueueDeclaration(name: deadQueue)
        let main = QueueDeclaration(name: queue, deadLetterQueue: deadQueue, deliveryLimit: deliveryLimit * 2)
        let retries = retry.delays.map {
            QueueDeclaration(name: RetryLadder.queue(of: queue, delay: $0), deadLetterQueue: queue, messageTTL: $0)
        }
        return [dead, main] + retries
    }
}
