import Foundation
import Logging
public import MessageBus
public import PreviewDomain
import Synchronization

/// Keeps what a service publishes instead of sending it, and gives its handlers what they would get from the bus.
public final class PublishedMessages: MessagePublishing {
    private let kept = Mutex<[any MessagePayload]>([])
    private let service: String

    /// Creates an empty record of a service's messages.
    public init(service: String) {
        self.service = service
    }

    public func publish(_ messages: [EncodedMessage]) async throws(MessageBusError) {
        for message in messages {
            do {
                let payload = try Message(decoding: message.body).payload
                kept.withLock { $0.append(payload) }
            } catch {
                throw .encodingFailed(messageID: message.id, reason: "\(error)")
            }
        }
    }

    /// Everything that was published, oldest first.
    public var all: [any MessagePayload] { kept.withLock { $0 } }

    /// Everything of a type that was published, oldest first.
    public func all<Payload: MessagePayload>(_ type: Payload.Type) -> [Payload] {
        all.compactMap { $0 as? Payload }
    }

    /// Gives a message to its handler, as the bus does, and keeps the answers.
    public func deliver<Handler: MessageHandler>(_ payload: Handler.Payload, to handler: Handler) async throws {
        let context = MessageContext(
            message: Message(payload, source: "api-gateway"), queue: service, service: service,
            logger: Logger(label: service), publisher: self)
        let answers = try await handler.handle(payload, context: context)
        try await publish(answers.map(context.consequence))
    }
}
