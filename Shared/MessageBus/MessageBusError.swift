public import PreviewDomain

/// Why the bus could not do what it was asked.
public enum MessageBusError: Error, Sendable, Equatable {
    /// A setting cannot be used; the text names the setting and what it has to be.
    case invalidConfiguration(String)
    /// A message has no JSON form.
    case encodingFailed(messageID: String, reason: String)
    /// The broker returned these messages: no queue is bound to their routing keys.
    case unroutable(messageIDs: [String], routingKeys: [String])
    /// The broker refused these messages (`basic.nack`, or the channel was closed because of them).
    case refused(messageIDs: [String], reason: String)
    /// These messages were not confirmed in time. They may have been published or not.
    case unconfirmed(messageIDs: [String])
    /// The bus is shutting down, or the calling task was cancelled. These messages may have been published or not.
    case stopped(messageIDs: [String])
    /// No answer came before the deadline.
    case requestTimedOut
    /// The responder answered with a failure.
    case requestFailed(class: FailureClass, reason: String)
    /// The connection was lost or refused; the text says by whom and why.
    case connection(String)
    /// A handler failed with a fatal error.
    case fatal(handler: String, reason: String)
}

extension MessageBusError: ClassifiedFailure {
    /// What to do about it: all but what cannot be set up or encoded may succeed later.
    public var failureClass: FailureClass {
        switch self {
        case .invalidConfiguration, .fatal: .fatal
        case .encodingFailed: .permanent
        case .requestFailed(let failureClass, _): failureClass
        case .unroutable, .refused, .unconfirmed, .stopped, .requestTimedOut, .connection: .transient
        }
    }
}

extension MessageBusError: CustomStringConvertible {
    /// What happened, and what to do.
    public var description: String {
        switch self {
        case .invalidConfiguration(let reason): "message bus configuration: \(reason)"
        case .encodingFailed(let id, let reason): "message \(id) cannot be encoded: \(reason)"
        case .unroutable(let ids, let keys):
            "no queue is bound to \(Set(keys).sorted().joined(separator: ", ")) (\(ids.count) messages); "
                + "start the service that consumes it"
        case .refused(let ids, let reason): "the broker refused \(ids.count) messages: \(reason)"
        case .unconfirmed(let ids): "\(ids.count) messages were not confirmed in time; publish them again"
        case .stopped(let ids): "the bus stopped before \(ids.count) messages were confirmed"
        case .requestTimedOut: "no answer before the deadline"
        case .requestFailed(_, let reason): "the request failed: \(reason)"
        case .connection(let reason): "connection to RabbitMQ: \(reason)"
        case .fatal(let handler, let reason): "\(handler) cannot go on: \(reason)"
        }
    }
}

extension MessageBusError {
    /// Both errors as one: of a kind, with the messages of both; else the first with the other's messages, too.
    func joined(_ other: MessageBusError) -> MessageBusError {
        switch (self, other) {
        case (.unroutable(let ids, let keys), .unroutable(let otherIDs, let otherKeys)):
            .unroutable(messageIDs: ids + otherIDs, routingKeys: keys + otherKeys)
        case (.unroutable(let ids, let keys), _):
            .unroutable(messageIDs: ids + other.messageIDs, routingKeys: keys)
        case (.refused(let ids, let reason), _): .refused(messageIDs: ids + other.messageIDs, reason: reason)
        case (.unconfirmed(let ids), _): .unconfirmed(messageIDs: ids + other.messageIDs)
        case (.stopped(let ids), _): .stopped(messageIDs: ids + other.messageIDs)
        default: self
        }
    }

    /// The messages that the error names as not published for certain.
    public var messageIDs: [String] {
        switch self {
        case .encodingFailed(let id, _): [id]
        case .unroutable(let ids, _), .refused(let ids, _), .unconfirmed(let ids), .stopped(let ids): ids
        case .invalidConfiguration, .requestTimedOut, .requestFailed, .connection, .fatal: []
        }
    }
}
