/// Names of the AMQP headers that Understudy sets.
public enum MessageHeader: String, Sendable, CaseIterable {
    /// Which attempt at handling this delivery will be; the first has none.
    case attempt = "x-understudy-attempt"
    /// What went wrong in the first attempt.
    case firstError = "x-understudy-first-error"
    /// What went wrong in the last attempt.
    case lastError = "x-understudy-last-error"
    /// The handler that failed.
    case handler = "x-understudy-handler"
    /// Why the message was dead-lettered; see ``DeadLetterReason``.
    case reason = "x-understudy-reason"
    /// The queue that the message was dead-lettered from.
    case queue = "x-understudy-queue"
    /// The exchange that it was first published to.
    case exchange = "x-understudy-exchange"
    /// The routing key that it was first published under.
    case routingKey = "x-understudy-routing-key"
    /// The class of the failure that an answer reports: `transient`, `permanent` or `fatal`.
    case failure = "x-understudy-failure"
    /// The CloudEvents subject.
    case subject = "cloudEvents_subject"
    /// W3C trace context.
    case traceParent = "traceparent"
}

/// Why a message was dead-lettered.
public enum DeadLetterReason: String, Sendable, CaseIterable {
    /// The body is not a CloudEvent of the type that it names.
    case undecodable
    /// No handler of this queue handles the type.
    case unhandled
    /// The message says something else than the routing key that it was published under, or came by an exchange on
    /// which nobody may ask for this.
    case misrouted
    /// The handler failed with a permanent error.
    case permanent
    /// Every attempt failed.
    case exhausted
    /// It was delivered too often without its handling ever ending.
    case deliveryLimit = "delivery-limit"
}
