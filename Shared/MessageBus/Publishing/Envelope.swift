/// What differs from the usual where a message is published other than to its exchange under its routing key.
struct Envelope: Sendable {
    /// The exchange; the default one, `""`, leads to the queue named by the routing key.
    var exchange = ""
    var routingKey: String
    var isMandatory = true
    /// The body's content type, where it is no CloudEvent.
    var contentType: String?
    var correlationID: String?
    var replyTo: String?
    /// Milliseconds after which the broker drops the message.
    var expiration: Int?
    /// Headers besides the usual.
    var headers: [(name: MessageHeader, value: String)] = []
}
