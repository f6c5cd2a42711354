public import PreviewDomain

/// Handles one type of message.
///
/// A handler *ensures* an outcome and returns at once; a message may be delivered again at any time, also after it was
/// handled. Handlers of different subjects run in parallel up to the consumer's prefetch; within one process the
/// messages of one subject are handled one at a time, in the order of their arrival. A message that waits for its next
/// attempt does not hold up those behind it.
public protocol MessageHandler<Payload>: Sendable {
    /// The type of message that it handles.
    associatedtype Payload: MessagePayload

    /// Handles a message.
    ///
    /// - Returns: the messages to publish. The delivery is acknowledged when all of them are confirmed.
    /// - Throws: an error that says by `ClassifiedFailure` what to do: *transient*, the message is delivered again
    ///   after a delay, up to the configured number of attempts (those that an *outage* ended do not count); *permanent*, it is dead-lettered at once; *fatal*, the
    ///   consumer's `run()` throws. Any other error is transient.
    func handle(_ payload: Payload, context: MessageContext) async throws -> [any MessagePayload]
}

/// Answers one type of request; see ``MessageBus/request(_:expecting:deadline:)``.
///
/// Requests are answered in parallel, without regard to their subject, and are never tried again: a failure is the
/// answer.
public protocol RequestResponder<Payload, Reply>: Sendable {
    /// The request.
    associatedtype Payload: MessagePayload
    /// The answer.
    associatedtype Reply: Codable & Sendable

    /// Answers a request. The asker sees a thrown error's class and description.
    func respond(to payload: Payload, context: MessageContext) async throws -> Reply
}
