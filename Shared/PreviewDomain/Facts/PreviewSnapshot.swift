public import Foundation

/// Everything that a preview's status is derived from, at one instant.
public struct PreviewSnapshot: Sendable, Hashable {
    /// What people asked for and decided.
    public var preview: Preview
    /// What was reported of its parts.
    public var facts: PreviewFacts
    /// The newest request of each part and generation.
    public var requests: [Part: PartRequest]
    /// When each part was first asked for in its present generation or retry.
    public var firstRequests: [Part: Date]
    /// What is known of the preview's cluster.
    public var cluster = ClusterCondition()

    /// Creates a snapshot from the preview, the facts and every request made so far.
    public init(preview: Preview, facts: PreviewFacts, requests: some Sequence<PartRequest>) {
        self.preview = preview
        self.facts = facts
        self.requests = [:]
        self.firstRequests = [:]
        for request in requests { record(request) }
    }

    /// Takes a request into account, unless it belongs to an older generation or to the time before a retry.
    public mutating func record(_ request: PartRequest) {
        guard counts(request) else { return }
        firstRequests[request.part] = min(firstRequests[request.part] ?? request.requestedAt, request.requestedAt)
        if let known = requests[request.part], known.attempt >= request.attempt { return }
        requests[request.part] = request
    }

    /// Takes a report into account, unless it is about an earlier preview that had the same id. Returns whether it told
    /// anything new.
    @discardableResult
    public mutating func record(_ report: some FactMessagePayload) -> Bool {
        guard report.preview.generation >= preview.firstGeneration else { return false }
        return facts.record(report.fact)
    }

    /// The generation that a part must be reported at to count.
    public func requiredGeneration(of part: Part) -> Int {
        switch part {
        case .namespace, .database, .cleanup: 1
        case .service(let name), .address(let name): preview.service(named: name)?.generation ?? preview.generation
        case .promotion(let name): preview.promotionAttempt(of: name).number
        }
    }

    /// What is known of a part now: the newest fact, unless a newer generation or a retry made it void.
    public func current(_ part: Part) -> Fact? {
        guard let fact = facts[part], fact.generation >= requiredGeneration(of: part) else { return nil }
        if fact.state == .failed, let retriedAt = preview.retriedAt, fact.observedAt <= retriedAt { return nil }
        return fact
    }

    /// What is known of a part now; a part that was asked for and is past its deadline has failed.
    public func current(_ part: Part, now: Date, policy: PreviewPolicy) -> Fact? {
        let fact = current(part)
        switch fact?.state {
        case .ready, .failed: return fact
        case .working, .unhealthy, nil: break
        }
        // What nobody can do while the cluster is away has not failed.
        guard cluster.awaySince == nil, let since = waitingSince(part),
            now.timeIntervalSince(since) > policy.deadline(for: part)
        else {
            return fact
        }
        return Fact(
            part: part, generation: requiredGeneration(of: part), state: .failed, observedAt: now,
            failure: overdue(part, fact: fact, policy: policy))
    }

    /// When a part was first seen ready in the generation that counts; repeated reports change nothing of it.
    public func firstReady(_ part: Part) -> Date? {
        guard let mark = facts.firstReady(part), mark.generation >= requiredGeneration(of: part) else { return nil }
        return mark.observedAt
    }

    /// Since when a part is waited for: since it was first asked for, or since it was last seen ready, or since the
    /// cluster came back, or since its turn came, or since what it needs is there; `nil` while it can't be ready.
    func waitingSince(_ part: Part) -> Date? {
        guard let asked = firstRequests[part] else { return nil }
        var first = max(asked, cluster.backSince ?? asked, current(part)?.begunAt ?? asked)
        if case .address(let service) = part, current(part) != nil {
            // It is made at once, and answers when the service does, whose databases may take long. Their deadlines run.
            guard current(.service(service))?.state == .ready, let served = firstReady(.service(service)) else {
                return nil
            }
            first = max(first, served)
        }
        guard let ready = facts.lastReady(part), ready.generation >= requiredGeneration(of: part) else { return first }
        return max(first, ready.observedAt)
    }

    private func counts(_ request: PartRequest) -> Bool {
        guard request.generation >= requiredGeneration(of: request.part) else { return false }
        if case .cleanup = request.part { return true }
        if case .promotion = request.part { return true }
        // The instant of a retry is that of the requests that it leads to.
        return preview.retriedAt.map { request.requestedAt >= $0 } ?? true
    }

    private func overdue(_ part: Part, fact: Fact?, policy: PreviewPolicy) -> Failure {
        let limit = Int(policy.deadline(for: part))
        if var failure = fact?.failure {
            failure.message = "\(failure.message) (for \(limit) s, the limit)"
            return failure
        }
        if let message = fact?.message {
            return Failure(
                reason: "NotReadyInTime", message: "The \(part) was not ready within \(limit) s; last seen: \(message)",
                nextStep: "Look at the events in namespace \(preview.namespace), then retry.")
        }
        return Failure(
            reason: "NoAnswer", message: "Nothing was reported about the \(part) within \(limit) s of asking.",
            nextStep: "Check that \(part.worker) runs and reaches the cluster \(preview.cluster), then retry.")
    }
}

extension Part {
    /// The service that answers for the part.
    public var worker: String {
        switch self {
        case .namespace, .service: "provisioner"
        case .database: "db-cloner"
        case .address: "dns-manager"
        case .promotion: "promoter"
        case .cleanup(let participant): participant.rawValue
        }
    }
}
