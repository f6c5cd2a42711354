public import Foundation
public import PreviewDomain
import Synchronization

/// A cluster's circuit breaker: while the cluster is known to be unreachable, requests to it fail at once instead of
/// waiting for an answer, and what waits is cut short. A monitor asks the cluster on and opens it again.
///
/// Who has nothing to do until the cluster is back waits with ``pause(for:)`` and goes on the moment that it is.
public final class ReachabilityGate: Sendable {
    private struct State {
        var judgement: ReachabilityJudgement
        var requests: [UInt64: Request] = [:]
        var nextID: UInt64 = 0
        var lastAnswer = ContinuousClock.now
        var isTroubled = false
        var listeners: [UInt64: AsyncStream<ClusterReachability>.Continuation] = [:]
    }

    /// A request on its way.
    private struct Request {
        /// Since when its answer is waited for; `nil` for a stream, on which nothing may come for long.
        var awaitedSince: ContinuousClock.Instant?
        var abort: @Sendable (TransportFailure) -> Void
    }

    private let state: Mutex<State>

    /// Creates a gate that lets everything through until something is known.
    public init(judgement: ReachabilityJudgement = ReachabilityJudgement()) {
        state = Mutex(State(judgement: judgement))
    }

    /// What is known now.
    public var current: ClusterReachability { state.withLock { $0.judgement.current } }

    /// Whether the last question had no answer and the next one decides.
    public var isSuspect: Bool { state.withLock { $0.judgement.isSuspect } }

    /// Takes into account what came of a question. Where the cluster turns out to be unreachable, requests that wait for
    /// an answer are ended.
    ///
    /// - Returns: what is known now, if that changed the status.
    @discardableResult
    public func record(_ answer: ReachabilityJudgement.Answer, now: Date = Date()) -> ClusterReachability? {
        let (change, requests, listeners) = state.withLock { state in
            let before = state.judgement.current
            state.judgement.record(answer, now: now)
            if case .answered = answer {
                state.lastAnswer = .now
                state.isTroubled = false
            }
            let after = state.judgement.current
            let isChange = after.status != before.status
            let listeners = isChange ? Array(state.listeners.values) : []
            let requests = isChange && after.isUnreachable ? Array(state.requests.values) : []
            return (isChange ? after : nil, requests, listeners)
        }
        // Not under the lock: a listener that is cancelled at this moment waits for it inside the lock of its task, which
        // waking it takes as well.
        if let change { for listener in listeners { listener.yield(change) } }
        if let change { for request in requests { request.abort(Self.failure(change)) } }
        return change
    }

    /// Every change of the status from now on, beginning with the present one. A slow reader misses what is past.
    public func changes() -> AsyncStream<ClusterReachability> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let id = state.withLock { state in
                state.nextID += 1
                state.listeners[state.nextID] = continuation
                continuation.yield(state.judgement.current)
                return state.nextID
            }
            continuation.onTermination = { [weak self] _ in
                self?.state.withLock { _ = $0.listeners.removeValue(forKey: id) }
            }
        }
    }

    /// Waits for a time; where the cluster is unreachable, no longer than until it is not any more.
    ///
    /// - Throws: `CancellationError`.
    public func pause(for duration: Duration) async throws {
        guard current.isUnreachable else { return try await Task.sleep(for: duration) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.untilStatus { $0 != .unreachable } }
            // Ends early only by cancellation.
            group.addTask { try? await Task.sleep(for: duration) }
            await group.next()
            group.cancelAll()
        }
        try Task.checkCancellation()
    }

    /// Waits until the cluster is unreachable, or the task is cancelled.
    public func untilUnreachable() async { await untilStatus { $0 == .unreachable } }

    private func untilStatus(_ isMeant: (ClusterStatus) -> Bool) async {
        for await change in changes() where isMeant(change.status) { return }
    }

    /// How many wait for changes.
    var listenerCount: Int { state.withLock { $0.listeners.count } }

    /// How many requests are on their way.
    var passageCount: Int { state.withLock { $0.requests.count } }

    // MARK: The transport's side

    /// Lets a request through, and ends it when the cluster turns out to be unreachable before the passage's end.
    ///
    /// - Parameters:
    ///   - isAwaited: whether an answer is due, so that a long wait for it counts against the cluster.
    ///   - abort: ends the request; may be called at once.
    /// - Throws: why no request is to be sent now.
    func enter(
        isAwaited: Bool, abort: @escaping @Sendable (TransportFailure) -> Void
    ) throws(TransportFailure) -> Passage {
        let (id, obstacle): (UInt64, ClusterReachability?) = state.withLock { state in
            state.nextID += 1
            guard !state.judgement.current.isUnreachable else { return (state.nextID, state.judgement.current) }
            state.requests[state.nextID] = Request(awaitedSince: isAwaited ? .now : nil, abort: abort)
            return (state.nextID, nil)
        }
        if let obstacle { throw Self.failure(obstacle) }
        return Passage(gate: self, id: id)
    }

    /// A request that was let through.
    struct Passage: Sendable {
        fileprivate let gate: ReachabilityGate
        fileprivate let id: UInt64

        /// Notes that the request is over.
        ///
        /// - Parameter isAnswered: whether the cluster answered; `nil` where that is not known.
        func end(isAnswered: Bool?) {
            gate.state.withLock { state in
                state.requests[id] = nil
                switch isAnswered {
                case true?: state.lastAnswer = .now
                case false?: state.isTroubled = true
                case nil: break
                }
            }
        }
    }

    private static func failure(_ finding: ClusterReachability) -> TransportFailure {
        TransportFailure(
            kind: .clusterUnreachable,
            detail: "since \(Timestamp.format(finding.since)): \(finding.problem ?? "it does not answer")")
    }
}

extension ReachabilityGate {
    /// How long the oldest request has waited for its answer.
    public var longestWait: Duration? {
        let oldest = state.withLock { $0.requests.values.compactMap(\.awaitedSince).min() }
        return oldest.map { $0.duration(to: .now) }
    }

    /// Whether a request had no answer since the cluster was last asked and gave one.
    public var isTroubled: Bool { state.withLock { $0.isTroubled } }

    /// How long ago the cluster answered anything last, or the gate was made.
    public var silence: Duration { state.withLock { $0.lastAnswer }.duration(to: .now) }
}
