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
        var outstanding: [UInt64: ContinuousClock.Instant] = [:]
        var nextID: UInt64 = 0
        var lastAnswer = ContinuousClock.now
        var isTroubled = false
        var abort: (@Sendable (TransportFailure) -> Void)?
        var listeners: [UInt64: AsyncStream<ClusterReachability>.Continuation] = [:]
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
        let (change, abort, listeners) = state.withLock { state in
            let before = state.judgement.current
            state.judgement.record(answer, now: now)
            if case .answered = answer {
                state.lastAnswer = .now
                state.isTroubled = false
            }
            let after = state.judgement.current
            let isChange = after.status != before.status
            let listeners = isChange ? Array(state.listeners.values) : []
            return (isChange ? after : nil, isChange && after.isUnreachable ? state.abort : nil, listeners)
        }
        // Not under the lock: a listener that is cancelled at this moment waits for it inside the lock of its task, which
        // waking it takes as well.
        if let change { for listener in listeners { listener.yield(change) } }
        if let change, change.isUnreachable { abort?(Self.failure(change)) }
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

    // MARK: The transport's side

    /// Sets what ends the requests that wait for an answer.
    func onUnreachable(_ abort: @escaping @Sendable (TransportFailure) -> Void) {
        state.withLock { $0.abort = abort }
    }

    /// Why no request is to be sent now; `nil` where it may be.
    var obstacle: TransportFailure? {
        let current = current
        return current.isUnreachable ? Self.failure(current) : nil
    }

    /// Notes that an answer is waited for.
    func began() -> UInt64 {
        state.withLock { state in
            state.nextID += 1
            state.outstanding[state.nextID] = .now
            return state.nextID
        }
    }

    /// Notes that it is no longer waited for.
    ///
    /// - Parameter isAnswered: whether the cluster answered; `nil` where it was given no time to.
    func ended(_ id: UInt64, isAnswered: Bool?) {
        state.withLock { state in
            state.outstanding[id] = nil
            switch isAnswered {
            case true?: state.lastAnswer = .now
            case false?: state.isTroubled = true
            case nil: break
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
        let oldest = state.withLock { $0.outstanding.values.min() }
        return oldest.map { $0.duration(to: .now) }
    }

    /// Whether a request had no answer since the cluster was last asked and gave one.
    public var isTroubled: Bool { state.withLock { $0.isTroubled } }

    /// How long ago the cluster answered anything last, or the gate was made.
    public var silence: Duration { state.withLock { $0.lastAnswer }.duration(to: .now) }
}
