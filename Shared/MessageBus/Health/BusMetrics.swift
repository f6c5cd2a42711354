import Metrics

/// What the bus counts.
struct BusMetrics: Sendable {
    private let published = Counter(label: "messages_published")
    private let returned = Counter(label: "messages_returned")
    private let refused = Counter(label: "messages_refused")
    private let blocked = Gauge(label: "rabbitmq_publishing_blocked")
    private let unconfirmed = Gauge(label: "messages_unconfirmed")

    func publicationsResolved(confirmed: Int, returned: Int, refused: Int) {
        if confirmed > 0 { published.increment(by: confirmed) }
        if returned > 0 { self.returned.increment(by: returned) }
        if refused > 0 { self.refused.increment(by: refused) }
    }

    func isBlocked(_ isBlocked: Bool) { blocked.record(isBlocked ? 1 : 0) }

    func unconfirmed(_ count: Int) { unconfirmed.record(count) }

    /// A connection failed, or could not be made. `role` is `publisher` or the queue consumed.
    static func connectionFailed(role: String) {
        Counter(label: "rabbitmq_connection_failures", dimensions: [("connection", role)]).increment()
    }
}

/// What is counted of one handler.
struct HandlerMetrics: Sendable {
    /// How the handling of a delivery ended.
    enum Outcome: String, CaseIterable {
        case done, retried, dead, fatal
        case givenBack = "given-back"
    }

    private let outcomes: [Outcome: Counter]
    private let duration: Timer

    init(queue: String, handler: String) {
        outcomes = Dictionary(
            uniqueKeysWithValues: Outcome.allCases.map {
                let dimensions = [("queue", queue), ("handler", handler), ("outcome", $0.rawValue)]
                return ($0, Counter(label: "messages_handled", dimensions: dimensions))
            })
        duration = Timer(
            label: "message_handling_duration", dimensions: [("queue", queue), ("handler", handler)])
    }

    func ended(_ outcome: Outcome, after elapsed: Duration) {
        outcomes[outcome]?.increment()
        duration.record(duration: elapsed)
    }
}
