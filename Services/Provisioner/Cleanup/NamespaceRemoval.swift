import Foundation
import KubernetesClient
import Logging
import PreviewDomain
import ServiceRuntime

/// One look at the removal of a preview's namespace, and the next step.
struct NamespaceRemoval: Sendable {
    let facts: FactPublisher
    /// How long a namespace may take to go before its removal is reported as stuck.
    let patience: Duration
    let logger: Logger

    func advance(_ id: PreviewID, on access: ClusterAccess) async throws -> Revisit {
        do {
            return try await look(id, on: access)
        } catch let error as KubernetesError where error.isForbidden {
            return try await reportRefused(error, id, on: access)
        }
    }

    private func look(_ id: PreviewID, on access: ClusterAccess) async throws -> Revisit {
        guard var tombstone = try await access.tombstone(of: id), tombstone.state == .running else { return .whenAsked }
        let name = tombstone.preview.namespace
        guard let namespace = try await access.client.get(.namespaces, name: name) else {
            return try await complete(&tombstone, on: access)
        }
        let owner = PreviewLabels.reference(from: namespace.labels, cluster: access.name, namespace: nil)
        // One of a later generation than the preview that ended belongs to a later preview of the same id.
        guard let owner, owner.id == id, owner.generation <= tombstone.preview.generation else {
            return try await refuse(tombstone, namespace, on: access)
        }
        if !namespace.isBeingDeleted {
            try await note(&tombstone, on: access)
            // Only this very namespace: should it be made anew meanwhile, that one is looked at again.
            let precondition = Preconditions(uid: namespace.uid)
            try await access.client.delete(.namespaces, name: name, preconditions: precondition)
            try await endPods(in: name, on: access)
            logger.info("Removing namespace", metadata: ["preview.id": "\(id)", "namespace": "\(name)"])
            return .after(.milliseconds(100))
        }
        let waited = Date().timeIntervalSince(namespace.deletionTimestamp ?? tombstone.startedAt)
        guard waited > Double(patience.components.seconds) else {
            return .after(waited < 5 ? .milliseconds(100) : .seconds(1))
        }
        try await reportStuck(tombstone, namespace, on: access)
        return .after(.seconds(15))
    }

    /// Gives every pod one second to end; nobody waits for what it still does. A cluster looks after a namespace that it
    /// removes 5 s later, and where a pod is left then, again only after half of that pod's own grace period.
    private func endPods(in namespace: String, on access: ClusterAccess) async throws {
        do {
            try await access.client.deleteCollection(.pods, namespace: namespace, gracePeriod: .seconds(1))
        } catch let error as KubernetesError where error.isNotFound {
            // It was empty, and went at once.
        }
    }

    /// Writes down what is there, so that it can be proven gone, also by another process.
    private func note(_ tombstone: inout Tombstone, on access: ClusterAccess) async throws {
        let name = tombstone.preview.namespace
        let found = try await NamespaceContents(access: access).list(name)
        var seen = Set(tombstone.seen)
        seen.formUnion(found.map { .init(object: $0.reference, madeBy: $0.madeBy) })
        seen.insert(.init(object: namespaceReference(name, access), madeBy: FactPublisher.source))
        tombstone.seen = seen.sorted { ($0.object.kind, $0.object.name) < ($1.object.kind, $1.object.name) }
        try await access.write(tombstone)
    }

    private func complete(_ tombstone: inout Tombstone, on access: ClusterAccess) async throws -> Revisit {
        let name = tombstone.preview.namespace
        // A namespace goes last, so this finds nothing; but a receipt is not given on trust.
        let left = try await NamespaceContents(access: access).list(name, ofKindsIn: tombstone.seen.map(\.object))
        guard left.isEmpty else {
            logger.warning(
                "Objects outlive their namespace", metadata: ["namespace": "\(name)", "count": "\(left.count)"])
            return .after(.seconds(1))
        }
        let now = Date()
        let removed = tombstone.seen.map { ReceiptEntry(object: $0.object, madeBy: $0.madeBy, verifiedAt: now) }
        var messages: [any MessagePayload] = []
        if !removed.isEmpty {
            messages.append(
                ResourceRemoved(
                    preview: tombstone.preview, objects: removed.map(\.object), removedBy: FactPublisher.source,
                    verifiedAt: now))
        }
        messages.append(
            CleanupCompleted(
                preview: tombstone.preview, participant: .provisioner, observedAt: now, removed: removed))
        try await facts.publish(messages)
        tombstone.state = .done
        try await access.write(tombstone)
        logger.info("Removed namespace", metadata: ["preview.id": "\(tombstone.preview.id)", "namespace": "\(name)"])
        return .whenAsked
    }

    /// A namespace of that name which is not ours is left alone; there is nothing of ours to remove.
    private func refuse(
        _ tombstone: Tombstone, _ namespace: KubernetesObject, on access: ClusterAccess
    ) async throws -> Revisit {
        logger.warning("Namespace is not ours, leaving it alone", metadata: ["namespace": "\(namespace.name)"])
        var tombstone = tombstone
        try await facts.publish([
            CleanupCompleted(preview: tombstone.preview, participant: .provisioner, observedAt: Date(), removed: [])
        ])
        tombstone.state = .done
        try await access.write(tombstone)
        return .whenAsked
    }

    private func reportStuck(
        _ tombstone: Tombstone, _ namespace: KubernetesObject, on access: ClusterAccess
    ) async throws {
        let left = try await NamespaceContents(access: access).list(namespace.name)
        let gone = Set(tombstone.seen.map(\.object)).subtracting(left.map(\.reference))
        let stuck = StuckReport.stuck(
            left, namespace: namespace, reference: namespaceReference(namespace.name, access))
        let now = Date()
        let removed = tombstone.seen.filter { gone.contains($0.object) && $0.object.kind != "Namespace" }.map {
            ReceiptEntry(object: $0.object, madeBy: $0.madeBy, verifiedAt: now)
        }
        try await facts.publish([
            CleanupFailed(
                preview: tombstone.preview, participant: .provisioner, observedAt: now,
                failure: Failure(
                    reason: "NamespaceStuck",
                    message: "The namespace \(namespace.name) has not gone within \(patience.components.seconds) s.",
                    object: namespaceReference(namespace.name, access),
                    nextStep: "See to what is stuck; the removal goes on by itself."),
                removed: removed, stuck: stuck)
        ])
    }

    /// Says that the cluster does not let the provisioner remove the namespace; it is tried on.
    private func reportRefused(
        _ error: KubernetesError, _ id: PreviewID, on access: ClusterAccess
    ) async throws -> Revisit {
        guard let tombstone = try await access.tombstone(of: id), tombstone.state == .running else { return .whenAsked }
        // One that starts refuses for a moment what its roles grant.
        let limit = min(patience, .seconds(10))
        guard Date().timeIntervalSince(tombstone.startedAt) > Double(limit.components.seconds) else { return .growing }
        try await facts.publish([
            CleanupFailed(
                preview: tombstone.preview, refusal: error,
                object: namespaceReference(tombstone.preview.namespace, access))
        ])
        return .after(.seconds(15))
    }

    private func namespaceReference(_ name: String, _ access: ClusterAccess) -> ObjectReference {
        ObjectReference(cluster: access.name, apiVersion: "v1", kind: "Namespace", namespace: nil, name: name)
    }
}

extension CleanupFailed {
    /// The cluster does not let the provisioner do its part.
    init(preview: PreviewReference, refusal error: KubernetesError, object: ObjectReference? = nil) {
        self.init(
            preview: preview, participant: .provisioner, observedAt: Date(),
            failure: Failure(
                reason: "Forbidden",
                message: "The cluster does not let the provisioner remove namespace \(preview.namespace): "
                    + (error.status?.message ?? error.description),
                object: object,
                nextStep: "Grant the provisioner's account the right that is named; the removal then goes on by itself."
            ),
            stuck: [])
    }
}
