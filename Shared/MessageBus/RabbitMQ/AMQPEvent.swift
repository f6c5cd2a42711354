/// Something that the broker said unasked.
enum AMQPEvent {
    case delivery(Delivery)
    /// A mandatory message reached no queue; its confirm follows.
    case returned(messageID: String)
    case acknowledged(tag: UInt64, multiple: Bool)
    case refused(tag: UInt64, multiple: Bool)
    /// The broker ended the consumer, as when its queue was deleted.
    case consumerCancelled
    /// Publishing is blocked by an alarm.
    case blocked(reason: String)
    case unblocked
}
