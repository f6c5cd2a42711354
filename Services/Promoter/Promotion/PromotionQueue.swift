import PreviewDomain
import Synchronization

/// The promotions that are still to be made, by application.
///
/// Those of one application are made one after another: what an earlier one leaves in production decides whether the
/// next is still allowed.
final class PromotionQueue: Sendable {
    private struct State {
        var known: Set<String> = []
        /// What waits, for each application that is being worked on.
        var waiting: [ApplicationReference: [PromotionRecord]] = [:]
    }

    private let state = Mutex(State())

    /// Takes in those records that are new and unfinished. What was begun comes first: production may be half changed.
    ///
    /// - Returns: the applications that nobody works on yet; somebody has to, until ``next(of:)`` returns `nil`.
    func add(_ records: [PromotionRecord]) -> [ApplicationReference] {
        state.withLock { state in
            var idle: [ApplicationReference] = []
            for record in records.sorted(by: { $0.goesBefore($1) }) where !record.isFinished {
                guard state.known.insert(record.name).inserted else { continue }
                let application = record.request.application
                if state.waiting[application] == nil { idle.append(application) }
                state.waiting[application, default: []].append(record)
            }
            return idle
        }
    }

    /// The next promotion of an application, or `nil` where there is none; then nobody works on it any more.
    func next(of application: ApplicationReference) -> PromotionRecord? {
        state.withLock { state in
            guard let first = state.waiting[application]?.first else {
                state.waiting[application] = nil
                return nil
            }
            state.waiting[application]?.removeFirst()
            return first
        }
    }
}

extension PromotionRecord {
    /// Whether it is to be driven before another one of the same application.
    fileprivate func goesBefore(_ other: PromotionRecord) -> Bool {
        let (isBegun, isOtherBegun) = (phase != .accepted, other.phase != .accepted)
        if isBegun != isOtherBegun { return isBegun }
        return (since, name) < (other.since, other.name)
    }
}
