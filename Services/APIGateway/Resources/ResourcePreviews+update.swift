import Foundation
import GRDB
import Persistence
import PreviewDomain

extension ResourcePreviews {
    /// Brings a preview in line with its resource.
    ///
    /// - Throws: ``ResourceRefusal``, and then nothing is stored.
    func update(
        _ stored: StoredPreview, to order: ResourceOrder, now: Date, cause: Cause, in database: Database
    ) throws {
        let (request, preview) = (order.request, stored.preview)
        let status = stored.snapshot.status(now: now, policy: store.coordinator.policy)
        let isActive = status.isActive && preview.withdrawal == nil
        guard isActive, request.resourceGeneration > preview.resourceGeneration ?? 0 else {
            try store.change(stored, cause: cause, in: database) { snapshot in
                // Annotations change without a new generation.
                guard isActive, request.resourceGeneration == preview.resourceGeneration else { return }
                snapshot.preview.pullRequest?.title = request.pullRequest.title
                snapshot.preview.pullRequest?.url = request.pullRequest.url
            }
            return
        }
        try refuseAnother(request.pullRequest, than: preview.pullRequest)
        let review = try order.review()
        let wanted = Set(review.services.map(\.name))
        try refuseRemoval(of: preview.services.map(\.name).filter { !wanted.contains($0) }, request)
        guard preview.createdAt.addingTimeInterval(review.ttl) > now else {
            throw ResourceRefusal.invalid([
                FieldProblem("ttl", .outOfRange, "That long from its creation is over already; choose more.")
            ])
        }
        do {
            let changed = try deploy(review, as: request, stored, now: now, cause: cause, in: database)
            let entry = AuditEntry(
                "preview.update", target: preview.id.rawValue, organization: preview.organization,
                detail: request.resource.description, changes: changed.preview.changes(from: preview), cause: cause,
                at: now)
            try AuditTable.append(entry, in: database)
        } catch let refusal as TransitionRefusal {
            throw ResourceRefusal.refused(refusal)
        } catch let taken as HostTaken {
            throw ResourceRefusal.invalid([FieldProblem("services", .hostTaken, taken.explanation)])
        }
    }

    private func deploy(
        _ review: PreviewOrderValidation.Review, as request: PreviewApplyRequested, _ stored: StoredPreview, now: Date,
        cause: Cause, in database: Database
    ) throws -> StoredPreview {
        let (preview, policy) = (stored.preview, store.coordinator.policy)
        let wanted = Set(review.services.map(\.name))
        // What the repository has no longer, though the resource did not say so, stays as it is.
        let known = preview.services.filter { wanted.contains($0.name) }.map { service in
            var service = service
            service.targetVersion = request.targetVersion
            return service
        }
        let databases = PreviewDatabase.clones(of: preview.databases.map(\.source) + review.databases.map(\.source))
        let added = review.services.filter { preview.service(named: $0.name) == nil }
        return try store.change(stored, cause: cause, in: database) { snapshot in
            try snapshot.update(services: known, ttl: review.ttl, now: now, policy: policy)
            try snapshot.add(.init(services: added, databases: databases), now: now, policy: policy)
            snapshot.preview.resourceGeneration = request.resourceGeneration
            snapshot.preview.pullRequest = request.pullRequest
            // What failed beside the services' versions gets another try with the newer specification.
            if snapshot.status(now: now, policy: policy) == .failed { try snapshot.retry(now: now, policy: policy) }
        }
    }

    /// Nobody can take single services out of a preview yet: no message asks the workers to.
    private func refuseRemoval(of dropped: [String], _ request: PreviewApplyRequested) throws {
        guard !dropped.isEmpty, !request.services.isEmpty else { return }
        let names = dropped.joined(separator: ", ")
        let message =
            "\(names) can't be taken out of a preview that runs; nothing of this change is done. Name \(names) again, or "
            + "delete the resource and apply it anew: it gets the same id, namespace and address."
        throw ResourceRefusal.invalid([FieldProblem("services", .unsupported, message)])
    }

    /// The schema keeps these fields as they are; not every API server evaluates its rules.
    private func refuseAnother(_ wanted: PullRequest, than known: PullRequest?) throws {
        guard let known else { return }
        var problems: [FieldProblem] = []
        for (field, isSame) in [
            ("repository", wanted.repository == known.repository), ("prNumber", wanted.number == known.number),
        ] where !isSame {
            problems.append(
                FieldProblem(field, .unsupported, "It is immutable; make another resource for another pull request."))
        }
        guard problems.isEmpty else { throw ResourceRefusal.invalid(problems) }
    }
}
