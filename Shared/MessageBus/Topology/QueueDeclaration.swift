/// A durable quorum queue to declare.
///
/// Where a message leaves it by itself, because of its age or of too many deliveries, it goes to `deadLetterQueue` and
/// stays until that queue has confirmed it.
struct QueueDeclaration: Sendable, Equatable {
    let name: String
    var deadLetterQueue: String?
    var messageTTL: Duration?
    var deliveryLimit: Int?
}
