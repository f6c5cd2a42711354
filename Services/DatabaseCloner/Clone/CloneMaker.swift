import Foundation
import Shared

/// Makes clones on one Kubernetes cluster.
struct CloneMaker: Sendable {
    let cluster: String
    let client: KubernetesClient
    let settings: CloneSettings
    let inspector: CloneInspector

    /// Announces objects before they are made; returns when that is confirmed.
    typealias Announce = @Sendable (ResourcePlanned) async throws -> Void

    /// Sees to it that the clone exists or is being made.
    ///
    /// - Parameters:
    ///   - isPatient: whether what may pass before long is waited for.
    ///   - announce: announces what is about to be made.
    /// - Returns: what is to be said of it now; a clone that can't be made is a report as well.
    /// - Throws: `KubernetesError` and ``TryLater`` where another attempt may succeed; ``CloneRefusal`` where that is a
    ///   matter of waiting.
    func ensure(
        _ request: DatabaseRequested, isPatient: Bool, announce: Announce
    ) async throws -> [any MessagePayload] {
        do {
            if let existing = try await existing(request) { return existing }
            let plan = try await plan(request)
            try await make(plan, announce)
            let now = Date()
            return [
                DatabaseCloning(
                    preview: request.preview, database: request.database.name, observedAt: now,
                    method: plan.method.rawValue, message: "copying from \(request.database.source)", begunAt: now)
            ]
        } catch let refusal as CloneRefusal where refusal.wait == .never || refusal.wait == .briefly && !isPatient {
            return [
                DatabaseFailed(
                    preview: request.preview, database: request.database.name, observedAt: Date(),
                    failure: refusal.failure)
            ]
        }
    }

    /// What is to be said of a clone that is there already; `nil` where there is none.
    private func existing(_ request: DatabaseRequested) async throws -> [any MessagePayload]? {
        // A late request: the namespace was made for a later generation, perhaps for a later preview of the same id.
        guard try await !namespace(of: request.preview).isLater(than: request.preview) else { return [] }
        let name = request.database.name
        guard let clone = try await client.get(.postgresClusters, name: name, namespace: request.preview.namespace)
        else {
            try await requireNoRemains(of: name, in: request.preview.namespace)
            return nil
        }
        guard clone.previewReference(on: cluster)?.id == request.preview.id else {
            throw CloneRefusal(
                reason: "NameTaken",
                message: "A database cluster \(name) that is not ours is in the preview's namespace.",
                object: clone.objectReference(on: cluster), nextStep: "Remove it, then retry.")
        }
        if clone.isBeingDeleted { throw TryLater(reason: "the former clone \(name) is still being deleted") }
        let finding = try await inspector.inspect(clone)
        switch finding.verdict {
        case .failed:
            // Asked for again after it had failed: begin anew. Deleting this very object makes a repetition harmless.
            try await client.delete(
                .postgresClusters, name: name, namespace: request.preview.namespace,
                preconditions: Preconditions(uid: clone.uid))
            throw TryLater(reason: "the failed clone \(name) is being removed")
        case .turnedAway:
            try await inspector.withdraw(clone)
            throw TryLater(reason: "the clone \(name) is made anew when its source takes another copy")
        case .working, .up:
            return try await inspector.report(finding).map { [$0] } ?? []
        }
    }

    /// A new clone must not come upon the volume of a former one.
    private func requireNoRemains(of name: String, in namespace: String) async throws {
        let volumes = try await client.list(
            .persistentVolumeClaims, namespace: namespace, labels: "cnpg.io/cluster=\(name)")
        guard volumes.items.isEmpty else {
            throw TryLater(reason: "the volume of the former clone \(name) is still being deleted")
        }
    }

    /// The preview's namespace.
    ///
    /// - Throws: ``CloneRefusal`` where there is none that can be worked in.
    private func namespace(of preview: PreviewReference) async throws -> KubernetesObject {
        guard let namespace = try await client.get(.namespaces, name: preview.namespace), !namespace.isBeingDeleted
        else {
            throw CloneRefusal(
                reason: "NamespaceGone", message: "The preview's namespace \(preview.namespace) is not there any more.",
                object: ObjectReference(
                    cluster: cluster, apiVersion: "v1", kind: "Namespace", namespace: nil, name: preview.namespace),
                nextStep: "Retry, which makes it again, or tear the preview down.")
        }
        guard namespace.labels[PreviewLabels.preview] == preview.id.rawValue else {
            throw CloneRefusal(
                reason: "NamespaceNotOurs",
                message: "The namespace \(preview.namespace) does not belong to preview \(preview.id).",
                object: namespace.objectReference(on: cluster), nextStep: "Remove it, then create the preview again.")
        }
        return namespace
    }
}

extension CloneMaker {
    private func plan(_ request: DatabaseRequested) async throws -> ClonePlan {
        let name = request.database.source
        guard let object = try await client.get(.postgresClusters, name: name.cluster, namespace: name.namespace) else {
            throw CloneRefusal(SourceCluster.missing(name))
        }
        let source = SourceCluster(object, on: cluster)
        if let problem = source.problem {
            throw CloneRefusal(problem, wait: source.obstacle == .noPrimary ? .briefly : .never)
        }
        let credentials = try await SourceCredentials(of: source, client)
        let method = try CloneMethod.choose(for: source, with: credentials.available)
        return ClonePlan(
            preview: request.preview, database: request.database, source: source, method: method, settings: settings,
            credentials: credentials)
    }

    /// Makes a clone; one that is copied from the running source, where that takes one more copy.
    private func make(_ plan: ClonePlan, _ announce: Announce) async throws {
        let places = plan.method == .baseBackup ? CopyPlaces(source: plan.source, client: client) : nil
        try await places?.requireOne(for: plan)
        let (copied, policy) = (plan.secrets, plan.networkPolicy)
        let objects = [policy] + copied + [plan.cluster]
        try await announce(
            ResourcePlanned(
                preview: plan.preview, objects: objects.map { $0.objectReference(on: cluster) },
                madeBy: CleanupParticipant.databaseCloner.rawValue,
                plannedAt: Date()))
        do {
            let claim = try await client.apply(policy, as: .networkPolicies)
            try await places?.requireOne(for: plan, by: claim)
            for secret in copied { _ = try await client.apply(secret, as: .secrets) }
            _ = try await client.create(plan.cluster, as: .postgresClusters)
        } catch let error as KubernetesError where error.isAlreadyExists {
            // Somebody handles the same request at the same time.
        } catch let refusal as CloneRefusal {
            // Others claimed the place before.
            try await inspector.removeSourceAccess(of: plan.database.name, in: plan.preview.namespace)
            throw refusal
        } catch let error as KubernetesError
            where error.isNamespaceTerminating || !error.isTransient && !error.isConflict
        {
            // What leads to the source is not left behind for a clone that is not made; a retry brings it again.
            try await inspector.removeSourceAccess(of: plan.database.name, in: plan.preview.namespace)
            throw CloneRefusal(
                reason: error.isQuotaExceeded ? "QuotaExceeded" : "ClusterRefused",
                message:
                    "The cluster refuses the clone \(plan.database.name): \(error.status?.message ?? error.description)",
                object: plan.cluster.objectReference(on: cluster),
                nextStep: error.isQuotaExceeded
                    ? "Raise the preview's quota or lower the services' requests, then retry."
                    : "Change what the message names, then retry.")
        }
    }
}
