import PreviewDomain
import Synchronization

/// What the gateway was asked last about a resource, and when.
struct GatewayAsk: Sendable, Equatable {
    typealias Instant = ContinuousClock.Instant

    /// The resource's generation that was asked for.
    var generation: Int
    var sentAt: Instant
    /// When a change of what had been asked for before was sent last.
    var changedAt: Instant?
    /// Since when an answer is waited for.
    var unansweredSince: Instant?

    /// When a generation is to be asked for. Changes follow each other with a pause, so that a series of them leads to
    /// few rollouts: the first at once, then the newest when the pause is over.
    ///
    /// - Parameters:
    ///   - ask: what was asked last.
    ///   - first: when to ask where nothing was asked yet.
    static func due(
        _ ask: GatewayAsk?, generation: Int, first: Instant, pause: Duration, repeatAfter: Duration
    ) -> Instant {
        guard let ask else { return first }
        guard generation > ask.generation else { return ask.sentAt + repeatAfter }
        return ask.changedAt.map { $0 + pause } ?? ask.sentAt
    }

    /// What was asked last, once a generation is asked for.
    static func sent(_ ask: GatewayAsk?, generation: Int, now: Instant) -> GatewayAsk {
        GatewayAsk(
            generation: generation, sentAt: now,
            changedAt: ask.map { generation > $0.generation ? now : $0.changedAt } ?? nil,
            unansweredSince: ask?.unansweredSince ?? now)
    }
}

/// What the gateway was asked about each resource of the clusters that this process watches. Lost with the process, which
/// then asks once more.
final class GatewayAsks: Sendable {
    private let asks = Mutex<[PreviewResource: GatewayAsk]>([:])
    private let first = Mutex<[PreviewResource: GatewayAsk.Instant]>([:])

    subscript(resource: PreviewResource) -> GatewayAsk? {
        asks.withLock { $0[resource] }
    }

    /// When to ask for the first time: the time given with the first call.
    func first(_ resource: PreviewResource, at instant: GatewayAsk.Instant) -> GatewayAsk.Instant {
        first.withLock { first in
            let known = min(first[resource] ?? instant, instant)
            first[resource] = known
            return known
        }
    }

    func sent(_ resource: PreviewResource, generation: Int, at now: GatewayAsk.Instant) {
        asks.withLock { $0[resource] = GatewayAsk.sent($0[resource], generation: generation, now: now) }
        first.withLock { $0[resource] = nil }
    }

    /// Notes that the gateway has answered.
    func answered(_ resource: PreviewResource) {
        asks.withLock { $0[resource]?.unansweredSince = nil }
    }

    func forget(_ resource: PreviewResource) {
        asks.withLock { $0[resource] = nil }
        first.withLock { $0[resource] = nil }
    }
}
