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
    /// When the answer is to be asked for again, where that is before its usual time.
    var repeatAt: Instant?

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
        guard generation > ask.generation else {
            let usual = ask.sentAt + repeatAfter
            return ask.repeatAt.map { min($0, usual) } ?? usual
        }
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
    private let changes = Mutex<[PreviewResource: Change]>([:])
    private let first = Mutex<[PreviewResource: GatewayAsk.Instant]>([:])

    subscript(resource: PreviewResource) -> GatewayAsk? {
        asks.withLock { $0[resource] }
    }

    /// The newest generation that was seen, and since when where it came while this process watched.
    private struct Change {
        var generation: Int
        var at: GatewayAsk.Instant?
    }

    /// Notes a generation that is there now.
    func seen(_ resource: PreviewResource, generation: Int, at now: GatewayAsk.Instant) {
        changes.withLock { changes in
            guard let known = changes[resource] else {
                return changes[resource] = Change(generation: generation)
            }
            if generation > known.generation { changes[resource] = Change(generation: generation, at: now) }
        }
    }

    /// When the resource was changed last, where this process saw it.
    func changedAt(_ resource: PreviewResource) -> GatewayAsk.Instant? {
        changes.withLock { $0[resource]?.at }
    }

    /// Asks for an answer to be asked for again at an instant.
    func repeatAt(_ instant: GatewayAsk.Instant, _ resource: PreviewResource) {
        asks.withLock { $0[resource]?.repeatAt = instant }
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
        changes.withLock { $0[resource] = nil }
        first.withLock { $0[resource] = nil }
    }
}
