public import PreviewDomain

/// Publishes messages for good.
public protocol MessagePublishing: Sendable {
    /// Publishes the messages in order, and returns when the broker has confirmed every one and returned none.
    ///
    /// While there is no connection, or the broker has blocked publishing, the call waits; what was not confirmed when
    /// a connection broke is published again under the same message id. A message may therefore arrive more than once.
    ///
    /// - Throws: `MessageBusError` naming what was not published. Messages that it does not name were confirmed.
    func publish(_ messages: [EncodedMessage]) async throws(MessageBusError)

    /// Encodes and publishes the messages; see the other `publish`.
    func publish(_ messages: [Message]) async throws(MessageBusError)
}

extension MessagePublishing {
    /// Encodes all messages, and then publishes them.
    public func publish(_ messages: [Message]) async throws(MessageBusError) {
        var encoded: [EncodedMessage] = []
        encoded.reserveCapacity(messages.count)
        for message in messages { encoded.append(try EncodedMessage(message)) }
        try await publish(encoded)
    }
}
