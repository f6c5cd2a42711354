import Foundation
import PreviewDomain

/// The handlers of one queue, by exchange and event type.
struct HandlerTable: Sendable {
    /// A handler, whatever its payload.
    struct Entry: Sendable {
        /// Name of the handler's type.
        let name: String
        let key: MessageKey
        let exchange: MessageExchange
        let isResponder: Bool
        let metrics: HandlerMetrics
        /// Reads a body as this handler's message.
        let decode: @Sendable (Data) throws(MessageDecodingError) -> Call
    }

    /// A message and what to do with it.
    struct Call {
        let message: Message
        let handle: @Sendable (MessageContext) async throws -> Result
    }

    /// What a handler leaves to the runtime.
    enum Result {
        case messages([any MessagePayload])
        case answer(Data)
    }

    private var entries: [MessageExchange: [String: Entry]] = [:]

    init(
        queue: String, handlers: [any MessageHandler], intake: [any MessageHandler], responders: [any RequestResponder]
    ) {
        for handler in handlers { add(Self.entry(handler, .understudy, queue)) }
        for handler in intake { add(Self.entry(handler, .intake, queue)) }
        for responder in responders { add(Self.entry(responder, queue)) }
    }

    /// What the queue has to be bound to.
    var bindings: [MessageExchange: [String]] { entries.mapValues { $0.values.map(\.key.bindingKey).sorted() } }

    /// The handler of an event type on an exchange. Without an exchange, that of whichever has one.
    func entry(_ eventType: String, on exchange: MessageExchange?) -> Entry? {
        guard let exchange else { return entries[.understudy]?[eventType] ?? entries[.intake]?[eventType] }
        return entries[exchange]?[eventType]
    }

    private mutating func add(_ entry: Entry) {
        let previous = entries[entry.exchange, default: [:]].updateValue(entry, forKey: entry.key.eventType)
        precondition(previous == nil, "two handlers of \(entry.key): \(previous?.name ?? ""), \(entry.name)")
    }

    private static func entry<Handler: MessageHandler>(
        _ handler: Handler, _ exchange: MessageExchange, _ queue: String
    ) -> Entry {
        let name = "\(Handler.self)"
        return Entry(
            name: name, key: Handler.Payload.key, exchange: exchange, isResponder: false,
            metrics: HandlerMetrics(queue: queue, handler: name)
        ) { body throws(MessageDecodingError) in
            let (message, payload) = try Message.decode(Handler.Payload.self, from: body)
            return Call(message: message) { .messages(try await handler.handle(payload, context: $0)) }
        }
    }

    private static func entry<Responder: RequestResponder>(_ responder: Responder, _ queue: String) -> Entry {
        let name = "\(Responder.self)"
        return Entry(
            name: name, key: Responder.Payload.key, exchange: .understudy, isResponder: true,
            metrics: HandlerMetrics(queue: queue, handler: name)
        ) { body throws(MessageDecodingError) in
            let (message, payload) = try Message.decode(Responder.Payload.self, from: body)
            return Call(message: message) {
                .answer(try JSONCoding.encoder.encode(try await responder.respond(to: payload, context: $0)))
            }
        }
    }
}
