import Foundation
public import MessageBus
public import PreviewDomain
import Synchronization

/// Publishes what a watcher sees of a thing: at once when it has changed, and again after a while when it has not.
public final class FactReporter<Key: Hashable & Sendable>: Sendable {
    private struct Report {
        var fact: Fact
        var at: ContinuousClock.Instant
    }

    private let source: String
    private let publisher: any MessagePublishing
    private let repeatAfter: Duration
    private let last = Mutex<[Key: Report]>([:])

    /// Creates a reporter.
    ///
    /// - Parameters:
    ///   - source: the service's name.
    ///   - publisher: publishes the facts.
    ///   - repeatAfter: how long an unchanged fact is not repeated.
    public init(source: String, publisher: any MessagePublishing, repeatAfter: Duration) {
        self.source = source
        self.publisher = publisher
        self.repeatAfter = repeatAfter
    }

    /// Publishes a fact, unless the same was published lately. Returns when it is confirmed.
    ///
    /// - Returns: whether it was published.
    @discardableResult
    public func report(_ payload: some FactMessagePayload, for key: Key) async throws -> Bool {
        var fact = payload.fact
        fact.observedAt = .distantPast
        let now = ContinuousClock.now
        let isKnown = last.withLock { last in
            last[key].map { $0.fact == fact && now - $0.at < repeatAfter } ?? false
        }
        if isKnown { return false }
        try await publisher.publish([Message(payload, source: source)])
        last.withLock { $0[key] = Report(fact: fact, at: now) }
        return true
    }

    /// Forgets a thing that is gone.
    public func forget(_ key: Key) {
        last.withLock { $0[key] = nil }
    }
}
