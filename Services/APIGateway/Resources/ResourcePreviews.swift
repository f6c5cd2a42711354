import Foundation
import GRDB
import Persistence
import PreviewDomain

/// Keeps previews as their `PreviewEnvironment` resources want them. Each call is one transaction.
struct ResourcePreviews: Sendable {
    let store: PreviewStore
    let catalogue: CatalogueStore
    let validation: PreviewOrderValidation

    /// Makes the preview of a resource, or changes it, and tells how it stands.
    ///
    /// - Returns: whether there is, or still is, a preview, of which is told.
    /// - Throws: ``ResourceRefusal``, and then nothing is stored.
    func apply(_ request: PreviewApplyRequested, cause: Cause) async throws -> Bool {
        let order = ResourceOrder(request: request, catalogue: catalogue.current, validation: validation)
        let now = store.now()
        return try await store.database.write { database in
            guard let entry = try ResourceTable.entry(of: request.resource, in: database) else {
                try create(order, now: now, cause: cause, in: database)
                return true
            }
            guard let stored = try preview(of: entry, request.resource, in: database) else { return false }
            // Whoever hears of absence lets the resource go, so what is still being removed is not absent.
            if entry.isWithdrawn, stored.isOver { return false }
            try update(stored, to: order, now: now, cause: cause, in: database)
            return true
        }
    }

    /// Ends the preview of a resource that is gone.
    ///
    /// - Returns: whether there is a preview, of which is told.
    func withdraw(_ resource: PreviewResource, by person: String, cause: Cause) async throws -> Bool {
        let now = store.now()
        return try await store.database.write { database in
            let entry = try ResourceTable.entry(of: resource, in: database)
            try ResourceTable.withdraw(resource, at: now, in: database)
            guard let entry, let stored = try preview(of: entry, resource, in: database) else { return false }
            let changed = try store.change(stored, cause: cause, in: database) { snapshot in
                snapshot.withdraw(by: person, now: now, policy: store.coordinator.policy)
            }
            if changed.preview.withdrawal != stored.preview.withdrawal {
                let entry = AuditEntry(
                    "preview.tear-down", target: stored.preview.id.rawValue, organization: stored.preview.organization,
                    detail: "its resource was deleted", cause: cause, at: now)
                try AuditTable.append(entry, in: database)
            }
            return true
        }
    }

    /// Tells how a preview stands, as an answer to nobody.
    func tellState(of id: PreviewID, traceParent: String?) async throws {
        let now = store.now()
        try await store.database.write { database in
            guard let stored = try PreviewTable.load(id, organization: nil, in: database) else { return }
            let (state, _) = try StateTable.next(store.states.state(of: stored, now: now), in: database)
            try store.outbox.append(state, traceParent: traceParent, isMandatory: false, in: database)
        }
    }

    /// The preview of this very resource; its id may be another one's by now.
    private func preview(
        of entry: ResourceTable.Entry, _ resource: PreviewResource, in database: Database
    ) throws -> StoredPreview? {
        guard let id = entry.preview, let stored = try PreviewTable.load(id, organization: nil, in: database),
            stored.preview.resource?.uid == resource.uid
        else { return nil }
        return stored
    }

    private func create(_ order: ResourceOrder, now: Date, cause: Cause, in database: Database) throws {
        let request = order.request
        let review = try order.review()
        let (id, former) = try freeID(for: request.resource, services: review.services, in: database)
        let active = try PreviewStore.activeCount(of: request.organization, in: database)
        guard validation.quota.admits(active: active) else {
            throw ResourceRefusal.quotaExceeded(active: active, limit: validation.quota.activePreviews)
        }
        if let former { try PreviewTable.archive(former, in: database) }
        var preview = Preview(
            id: id, organization: request.organization, name: review.name, cluster: review.cluster, origin: .resource,
            createdBy: request.requestedBy, createdAt: now, ttl: review.ttl, services: review.services,
            databases: review.databases, formerGeneration: former?.preview.generation)
        preview.formerAttempt = former.map { former in
            former.preview.services.map { former.preview.promotionAttempt(of: $0.name).number }.max() ?? 0
        }
        preview.resource = request.resource
        preview.resourceGeneration = request.resourceGeneration
        preview.pullRequest = request.pullRequest
        try ResourceTable.note(id, of: request.resource, at: now, in: database)
        try store.insert(preview, cause: cause, in: database)
        try AuditTable.append(
            AuditEntry(
                "preview.create", target: id.rawValue, organization: request.organization,
                detail: request.resource.description, cause: cause, at: now),
            in: database)
    }

    /// The id for a resource's preview: that of its predecessor, else its name, else its name with a hash; and the
    /// predecessor that had it. None whose hosts are another preview's.
    private func freeID(
        for resource: PreviewResource, services: [ServiceSpecification], in database: Database
    ) throws -> (PreviewID, former: StoredPreview?) {
        let name = resource.name.replacing(".", with: "-")
        let hash = DNSLabel.stableHash("\(resource.cluster)/\(resource.namespace)/\(resource.name)")
        let candidates = [
            try ResourceTable.lastPreview(like: resource, in: database),
            PreviewID(rawValue: DNSLabel.shortened(name, limit: PreviewID.maximumLength)),
            PreviewID(rawValue: DNSLabel.joining(name, hash, limit: PreviewID.maximumLength)),
        ]
        for id in candidates.compactMap({ $0 }) {
            guard let holder = try PreviewTable.load(id, organization: nil, in: database) else {
                if try isHostFree(id, services, in: database) { return (id, nil) }
                continue
            }
            guard let other = holder.preview.resource, other.cluster == resource.cluster,
                other.namespace == resource.namespace, other.name == resource.name
            else { continue }
            guard holder.isOver else {
                throw holder.status.isActive ? ResourceRefusal.stillActive(id) : .stillEnding(id)
            }
            if try isHostFree(id, services, in: database) { return (id, holder) }
        }
        while true {
            let id = PreviewID.random()
            if try PreviewTable.load(id, organization: nil, in: database) == nil,
                try isHostFree(id, services, in: database)
            {
                return (id, nil)
            }
        }
    }

    private func isHostFree(
        _ id: PreviewID, _ services: [ServiceSpecification], in database: Database
    ) throws -> Bool {
        let names = HostTable.names(of: id, services: services)
        return try HostTable.taken(names, from: id, in: database) == nil
    }
}
