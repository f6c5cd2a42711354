import Foundation
import PreviewDomain

/// Decides what follows from a change to a preview: what is asked for next, and what is announced. Pure.
struct Coordinator: Sendable {
    let policy: PreviewPolicy

    /// Brings what is announced in line with what is known, and asks for what comes next.
    ///
    /// - Parameters:
    ///   - stored: the preview after the change; requests and announcements are recorded in it.
    ///   - before: the preview before the change, or `nil` where it was just created.
    func advance(
        _ stored: inout StoredPreview, from before: StoredPreview?, cause: Cause, now: Date
    ) -> Consequences {
        var consequences = Consequences()
        announceDecisions(of: stored, from: before, cause: cause, now: now, in: &consequences)
        let steps = stored.snapshot.nextSteps(now: now, policy: policy)
        for step in steps {
            stored.snapshot.record(
                PartRequest(part: step.part, generation: step.generation, attempt: step.attempt, requestedAt: now))
        }
        announceStatus(of: &stored, cause: cause, now: now, in: &consequences)
        for payload in stored.snapshot.requests(for: steps, status: stored.status) { consequences.request(payload) }
        stored.nextDeadline = stored.snapshot.nextDeadline(now: now, policy: policy)
        return consequences
    }

    /// Announces what people decided: creation, updates, approvals.
    private func announceDecisions(
        of stored: StoredPreview, from before: StoredPreview?, cause: Cause, now: Date,
        in consequences: inout Consequences
    ) {
        let preview = stored.preview
        let summary = PreviewSummary(
            preview: preview, status: stored.snapshot.status(now: now, policy: policy), actor: cause.actor)
        guard let before = before?.preview else {
            consequences.tell(PreviewCreated(summary: summary))
            let services = preview.services.map { "\($0.name) \($0.sourceVersion) → \($0.targetVersion)" }
            consequences.note(
                "preview.created", "Created with \(services.joined(separator: ", ")).", actor: cause.actor)
            return
        }
        if preview.generation != before.generation || preview.ttl != before.ttl {
            consequences.tell(PreviewUpdated(summary: summary))
            consequences.note("preview.updated", updateMessage(preview, from: before), actor: cause.actor)
        }
        for service in preview.services {
            guard let approval = preview.approvals[service.name], approval != before.approvals[service.name] else {
                continue
            }
            consequences.announce(
                ServiceApproved(preview: preview.reference, service: service.name, approval: approval))
            consequences.note(
                "service.approved", "Service \(service.name) was approved in version \(approval.version).",
                actor: approval.by)
        }
        if preview.retriedAt != before.retriedAt || preview.promotionAttempts != before.promotionAttempts,
            preview.generation == before.generation
        {
            consequences.note("preview.retried", "What failed is tried again.", actor: cause.actor)
        }
    }

    private func updateMessage(_ preview: Preview, from before: Preview) -> String {
        var sentences: [String] = []
        if preview.ttl != before.ttl {
            sentences.append("It now lives until \(JSONCoding.format(preview.expiresAt)).")
        }
        for service in preview.services where service != before.service(named: service.name) {
            sentences.append("Service \(service.name) was changed (version \(service.targetVersion)).")
        }
        return sentences.joined(separator: " ")
    }

    /// Announces a new status, and the end of the cleanup.
    private func announceStatus(
        of stored: inout StoredPreview, cause: Cause, now: Date, in consequences: inout Consequences
    ) {
        let snapshot = stored.snapshot
        let status = snapshot.status(now: now, policy: policy)
        let cleanup = snapshot.cleanupState(now: now, policy: policy)
        let message = snapshot.message(now: now, policy: policy)
        let ending = snapshot.preview.ending
        let summary = PreviewSummary(
            preview: snapshot.preview, status: status, message: message, actor: ending?.by ?? cause.actor,
            reason: ending?.reason)
        if status != stored.status, let event = status.event {
            consequences.tell(event.init(summary: summary))
            consequences.note(event.key.description, message, actor: ending?.by)
        }
        if cleanup != stored.cleanup {
            switch cleanup {
            case .done:
                consequences.tell(PreviewCleaned(summary: summary))
                consequences.note(PreviewCleaned.key.description, message)
            case .stuck: consequences.note("cleanup.stuck", message)
            case .running, .none: break
            }
        }
        stored.status = status
        stored.cleanup = cleanup
    }
}

extension PreviewStatus {
    /// The event that tells of a preview's coming to the status; its creation has one of its own.
    fileprivate var event: (any PreviewEventPayload.Type)? {
        switch self {
        case .pending: nil
        case .deploying: PreviewDeploying.self
        case .ready: PreviewReady.self
        case .approved: PreviewApproved.self
        case .completed: PreviewCompleted.self
        case .rejected: PreviewRejected.self
        case .expired: PreviewExpired.self
        case .tornDown: PreviewTornDown.self
        case .failed: PreviewFailed.self
        }
    }
}
