import MessageBus
import PreviewDomain

/// Publishes what watchers and workers found out, outside of any message that is being handled.
struct FactPublisher: Sendable {
    /// The service's name, the source of its messages.
    static let source = "provisioner"
    let publisher: any MessagePublishing

    /// Publishes, and returns when the broker has confirmed.
    func publish(_ payloads: [any MessagePayload]) async throws {
        try await publisher.publish(payloads.map { Message($0, source: Self.source) })
    }
}
