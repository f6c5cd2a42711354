public import Foundation
public import PreviewDomain

/// A message in the form that travels, and that an outbox stores.
public struct EncodedMessage: Sendable, Codable, Equatable {
    /// The CloudEvents id: the same through every repetition.
    public let id: String
    /// The CloudEvents type, `dev.understudy.<noun>.<verb>.v1`.
    public let type: String
    /// The service that made the message.
    public let source: String
    /// The CloudEvents subject: the preview's id, in most.
    public let subject: String
    /// The AMQP routing key, `v1.<org>.<noun>.<verb>`.
    public let routingKey: String
    /// When the message was made.
    public let time: Date
    /// W3C trace context.
    public let traceParent: String?
    /// The exchange that it is published to.
    public var exchange: MessageExchange
    /// Whether a message that no queue is bound to is an error of its publisher. It is, unless only integrators
    /// outside of Understudy are expected to listen.
    public var isMandatory: Bool
    /// The CloudEvents event as JSON.
    public let body: Data

    /// Encodes a message.
    ///
    /// - Throws: `MessageBusError.encodingFailed`.
    public init(
        _ message: Message, exchange: MessageExchange = .understudy, isMandatory: Bool = true
    ) throws(MessageBusError) {
        do {
            body = try message.encoded()
        } catch {
            throw .encodingFailed(messageID: message.id, reason: String(describing: error))
        }
        id = message.id
        type = message.key.eventType
        source = message.source
        subject = message.subject
        routingKey = message.routingKey
        time = message.time
        traceParent = message.traceParent
        self.exchange = exchange
        self.isMandatory = isMandatory
    }

    init(
        id: String, type: String, source: String, subject: String, routingKey: String, time: Date,
        traceParent: String?, body: Data
    ) {
        self.id = id
        self.type = type
        self.source = source
        self.subject = subject
        self.routingKey = routingKey
        self.time = time
        self.traceParent = traceParent
        exchange = .understudy
        isMandatory = true
        self.body = body
    }
}

/// A topic exchange that messages are published to.
public enum MessageExchange: String, Sendable, Codable, CaseIterable {
    /// Requests and facts between the services.
    case understudy = "understudy"
    /// Requests from other systems.
    case intake = "understudy.intake"
}
