public import Foundation

/// Why a preview can't be changed as asked.
public enum TransitionRefusal: Error, Sendable, Equatable {
    /// The preview has ended.
    case ended(PreviewStatus)
    /// It is not ready to be approved.
    case notReady(PreviewStatus, service: String?)
    /// A promotion is under way, so production is being changed.
    case promotionRunning(service: String)
    /// There is no service of that name.
    case unknownService(String)
    /// Nothing failed that could be tried again.
    case nothingToRetry(PreviewStatus)
    /// It has another generation than the one that was looked at.
    case outdated(generation: Int)
    /// Production runs another version of a service's application than the one that was looked at.
    case productionMoved(service: String, version: String)

    /// What is wrong, in a sentence, with the remedy.
    public var explanation: String {
        switch self {
        case .ended(let status): "The preview has ended (\(status.rawValue)); create a new one."
        case .notReady(let status, let service?):
            "Service \(service) can't be approved while the preview is \(status.rawValue); wait until it is Ready."
        case .notReady(let status, nil):
            "The preview can't be approved while it is \(status.rawValue); wait until it is Ready."
        case .promotionRunning(let service):
            "The promotion of \(service) is under way; wait until it has completed or failed."
        case .unknownService(let name): "The preview has no service \(name)."
        case .nothingToRetry(let status): "Nothing has failed (status \(status.rawValue)); there is nothing to retry."
        case .outdated(let generation):
            "The preview was changed meanwhile (generation \(generation)); look at what it is now, and decide again."
        case .productionMoved(let service, let version):
            "Production was changed meanwhile: of \(service) it runs \(version) now. Look at it, and decide again."
        }
    }
}

extension PreviewSnapshot {
    /// Checks that the preview is still what was looked at when something was decided.
    ///
    /// - Parameter generation: the generation that was looked at; any is right where it is `nil`.
    /// - Throws: ``TransitionRefusal/outdated(generation:)``.
    public func require(generation: Int?) throws(TransitionRefusal) {
        guard let generation, generation != preview.generation else { return }
        throw .outdated(generation: preview.generation)
    }

    /// Approves services, or all of them where `service` is `nil`. Approving again changes nothing.
    ///
    /// - Throws: ``TransitionRefusal`` unless the preview is ready.
    public mutating func approve(
        service name: String?, by person: String, now: Date, policy: PreviewPolicy
    ) throws(TransitionRefusal) {
        if let name, preview.service(named: name) == nil { throw .unknownService(name) }
        let services = preview.services.filter { name == nil || $0.name == name }
        if services.allSatisfy(preview.isApproved) { return }
        let status = status(now: now, policy: policy)
        guard status.isActive else { throw .ended(status) }
        guard status == .ready else { throw .notReady(status, service: name) }
        for service in services where !preview.isApproved(service) {
            preview.approvals[service.name] = Approval(by: person, at: now, version: service.targetVersion)
        }
    }

    /// Ends the preview. Ending one that was ended the same way already changes nothing.
    ///
    /// - Throws: ``TransitionRefusal`` where it ended otherwise, or while production is being changed.
    public mutating func end(_ ending: Ending, policy: PreviewPolicy) throws(TransitionRefusal) {
        if preview.ending?.kind == ending.kind { return }
        let status = status(now: ending.at, policy: policy)
        guard status.isActive else { throw .ended(status) }
        if let service = runningPromotion(now: ending.at, policy: policy) { throw .promotionRunning(service: service) }
        preview.ending = ending
    }

    /// Ends the preview because its resource is gone; at once, or after the promotion that is under way.
    ///
    /// Nothing changes where it was withdrawn or has ended already.
    public mutating func withdraw(by person: String, now: Date, policy: PreviewPolicy) {
        guard preview.withdrawal == nil, status(now: now, policy: policy).isActive else { return }
        preview.withdrawal = Withdrawal(by: person, at: now)
        endIfWithdrawn(now: now, policy: policy)
    }

    /// Ends a withdrawn preview as soon as no promotion is under way any more.
    public mutating func endIfWithdrawn(now: Date, policy: PreviewPolicy) {
        guard let withdrawal = preview.withdrawal, preview.ending == nil,
            status(now: now, policy: policy).isActive, runningPromotion(now: now, policy: policy) == nil
        else { return }
        preview.ending = Ending(
            kind: .tornDown, by: withdrawal.by, at: now, reason: "its resource was deleted")
    }

    /// Tries again what has failed: parts of the deployment, or promotions. `force` confirms that production may be
    /// changed although it has moved on since the preview was created.
    ///
    /// - Parameter production: the versions of production that were looked at, by service. Where there are any, nothing
    ///   else is confirmed.
    public mutating func retry(
        force: Bool = false, production: [String: String] = [:], now: Date, policy: PreviewPolicy
    ) throws(TransitionRefusal) {
        let status = status(now: now, policy: policy)
        switch status {
        case .failed:
            if current(.namespace, now: now, policy: policy)?.state == .failed { forgetContents(now: now) }
            preview.retriedAt = now
            (requests, firstRequests) = ([:], [:])
        case .approved:
            let failed = preview.services.filter {
                current(.promotion($0.name), now: now, policy: policy)?.state == .failed
            }
            guard !failed.isEmpty else { throw .nothingToRetry(status) }
            for service in failed {
                let attempt = preview.promotionAttempt(of: service.name)
                let looked = production[service.name]
                preview.promotionAttempts[service.name] = .init(
                    number: attempt.number + 1, force: force && (production.isEmpty || looked != nil),
                    production: force ? looked : nil)
                requests[.promotion(service.name)] = nil
                firstRequests[.promotion(service.name)] = nil
            }
        case .completed, .rejected, .expired, .tornDown: throw .ended(status)
        case .pending, .deploying, .ready: throw .nothingToRetry(status)
        }
    }

    /// Takes down that what was in the failed namespace is to be made anew, whatever was seen of it before.
    private mutating func forgetContents(now: Date) {
        for part in parts where part != .namespace {
            guard let known = facts[part] else { continue }
            facts.record(
                Fact(
                    part: part, generation: known.generation, state: .working, observedAt: now,
                    message: "to be made anew"))
        }
    }

    /// Whether the time to live has run out and nothing stands against the preview's end.
    public func isExpired(now: Date, policy: PreviewPolicy) -> Bool {
        now >= preview.expiresAt && status(now: now, policy: policy).isActive
            && runningPromotion(now: now, policy: policy) == nil
    }

    /// The service whose promotion is under way, if any.
    public func runningPromotion(now: Date, policy: PreviewPolicy) -> String? {
        guard preview.isApproved else { return nil }
        return preview.services.first {
            switch current(.promotion($0.name), now: now, policy: policy)?.state {
            case .ready, .failed: false
            case .working, .unhealthy, nil: true
            }
        }?.name
    }
}
