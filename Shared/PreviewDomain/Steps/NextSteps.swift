public import Foundation

/// Something to ask a worker for.
public struct Step: Sendable, Hashable {
    /// The part to ask for.
    public var part: Part
    /// The generation to ask for; for a promotion the number of its attempt.
    public var generation: Int
    /// Counts from 1; above it repeats an unanswered request.
    public var attempt: Int

    /// Creates a step.
    public init(part: Part, generation: Int, attempt: Int) {
        self.part = part
        self.generation = generation
        self.attempt = attempt
    }
}

extension PreviewSnapshot {
    /// What to ask for now: every part whose needs are met and that was neither asked for nor reported yet, and every
    /// request whose answer is overdue.
    ///
    /// A step belongs to a part, a generation and an attempt; once recorded as a request it is not returned again.
    /// While the cluster is away nothing is asked; once it is back, everything that was open then is asked for again.
    public func nextSteps(now: Date, policy: PreviewPolicy) -> [Step] {
        guard cluster.awaySince == nil else { return [] }
        return wantedParts(now: now, policy: policy).compactMap { step(for: $0, now: now, policy: policy) }
    }

    /// When ``nextSteps(now:policy:)`` or the status may change by the passing of time alone, or `nil` where only a
    /// message can change them.
    public func nextDeadline(now: Date, policy: PreviewPolicy) -> Date? {
        guard cluster.awaySince == nil else { return nil }
        let open = wantedParts(now: now, policy: policy).filter { !isSettled($0, now: now, policy: policy) }
        let dates = open.flatMap { part -> [Date] in
            guard let request = requests[part] else { return [] }
            let repetition = heard(part, request: request).addingTimeInterval(policy.patience(attempt: request.attempt))
            // A part has failed when its deadline is past, not when it is reached.
            let deadline = waitingSince(part)?.addingTimeInterval(policy.deadline(for: part) + 0.001)
            return [repetition] + (deadline.map { [$0] } ?? [])
        }
        return dates.filter { $0 > now }.min()
    }

    private func wantedParts(now: Date, policy: PreviewPolicy) -> [Part] {
        if wantsCleanup(now: now, policy: policy) { return CleanupParticipant.allCases.map { .cleanup($0) } }
        if preview.isApproved { return preview.services.map { .promotion($0.name) } }
        guard current(.namespace)?.state == .ready else { return [.namespace] }
        return preview.databases.map { .database($0.name) }
            + preview.services.filter(hasItsDatabases).map { .service($0.name) }
            + preview.services.filter(\.externalDNS).map { .address($0.name) }
    }

    private func hasItsDatabases(_ service: ServiceSpecification) -> Bool {
        service.databases.allSatisfy { current(.database($0))?.state == .ready }
    }

    private func isSettled(_ part: Part, now: Date, policy: PreviewPolicy) -> Bool {
        if case .cleanup = part { return current(part)?.state == .ready }
        switch current(part, now: now, policy: policy)?.state {
        case .ready, .failed: return true
        case .working, .unhealthy, nil: return false
        }
    }

    private func step(for part: Part, now: Date, policy: PreviewPolicy) -> Step? {
        guard !isSettled(part, now: now, policy: policy) else { return nil }
        let generation = requiredGeneration(of: part)
        guard let last = requests[part], last.generation >= generation else {
            return Step(part: part, generation: generation, attempt: 1)
        }
        let heard = heard(part, request: last)
        let isFromBefore = cluster.backSince.map { heard < $0 } ?? false
        guard isFromBefore || now.timeIntervalSince(heard) >= policy.patience(attempt: last.attempt) else {
            return nil
        }
        return Step(part: part, generation: generation, attempt: last.attempt + 1)
    }

    /// When a worker was last seen at a part, or asked for it: a report shows that it is at it and its watcher says the
    /// rest; without one the request is repeated.
    private func heard(_ part: Part, request: PartRequest) -> Date {
        current(part).map { max(request.requestedAt, $0.observedAt) } ?? request.requestedAt
    }
}
