import Foundation
import Shared

/// Looks at clones on one Kubernetes cluster, and takes away what served to copy their data.
struct CloneInspector: Sendable {
    /// What a look at a clone found.
    struct Finding: Sendable {
        let clone: KubernetesObject
        let verdict: CloneObservation.Verdict
    }

    let cluster: String
    let client: KubernetesClient

    /// Looks at a clone.
    func inspect(_ clone: KubernetesObject) async throws -> Finding {
        let pods = try await client.list(
            .pods, namespace: clone.namespace, labels: "cnpg.io/cluster=\(clone.name),cnpg.io/jobRole")
        let observation = CloneObservation(clone: clone, cluster: cluster, bootstrapPods: pods.items)
        guard case .failed(var failure, let pod?) = observation.verdict, let namespace = clone.namespace else {
            return Finding(clone: clone, verdict: observation.verdict)
        }
        failure.logLines = await logLines(pod: pod, namespace: namespace)
        // The source's setting is named in whatever language it speaks. Backups and replicas take connections as well.
        if failure.logLines.contains(where: { $0.contains("max_wal_senders") }) {
            return Finding(clone: clone, verdict: .turnedAway)
        }
        return Finding(clone: clone, verdict: .failed(failure, pod: pod))
    }

    /// What is to be said of a clone, or `nil` where it is none of ours or on its way out. A clone counts as ready only
    /// once the credentials for its source are verified gone.
    func report(_ finding: Finding) async throws -> (any FactMessagePayload)? {
        guard let preview = finding.clone.previewReference(on: cluster), !finding.clone.isBeingDeleted else {
            return nil
        }
        let name = finding.clone.name
        switch finding.verdict {
        case .working(let message):
            let method = finding.clone.annotations[CloneAnnotation.method] ?? CloneMethod.baseBackup.rawValue
            return DatabaseCloning(
                preview: preview, database: name, observedAt: Date(), method: method, message: message,
                begunAt: finding.clone.creationTimestamp)
        case .turnedAway:
            let source = finding.clone.annotations[CloneAnnotation.source] ?? "the source"
            return DatabaseCloning(
                preview: preview, database: name, observedAt: Date(), method: DatabaseCloning.waiting,
                message: "\(source) has no replication connection left (max_wal_senders); it is copied when it has")
        case .failed(let failure, _):
            return DatabaseFailed(preview: preview, database: name, observedAt: Date(), failure: failure)
        case .up:
            guard let detail = DatabaseDetail(clone: finding.clone) else { return nil }
            try await removeSourceAccess(of: name, in: finding.clone.namespace)
            return DatabaseReady(preview: preview, database: name, observedAt: Date(), detail: detail)
        }
    }

    /// What is to be said of a clone that somebody deleted.
    func loss(of name: String, from preview: PreviewReference) -> DatabaseFailed {
        let type = ResourceType.postgresClusters
        let failure = Failure(
            reason: "CloneDeleted",
            message: "Somebody deleted \(type.kind) \(name), the clone, behind the preview's back; its data is gone.",
            object: ObjectReference(
                cluster: cluster, apiVersion: type.apiVersion, kind: type.kind, namespace: preview.namespace,
                name: name),
            nextStep: "Retry: the database is cloned anew.")
        return DatabaseFailed(preview: preview, database: name, observedAt: Date(), failure: failure)
    }

    /// Removes what leads to the source from beside a clone that failed for good. A retry may have replaced the clone while
    /// it was looked at: what the new one copies its data with stays.
    func removeSourceAccess(ofFailed clone: KubernetesObject) async throws {
        let present = try await client.get(.postgresClusters, name: clone.name, namespace: clone.namespace)
        guard let present, present.uid == clone.uid, !present.isBeingDeleted else { return }
        try await removeSourceAccess(of: clone.name, in: clone.namespace)
    }

    /// Removes a clone that its source turned away, with what leads there, so that another one can take its turn.
    func withdraw(_ clone: KubernetesObject) async throws {
        try await removeSourceAccess(ofFailed: clone)
        try await client.delete(
            .postgresClusters, name: clone.name, namespace: clone.namespace,
            preconditions: Preconditions(uid: clone.uid))
    }

    /// Removes the copied credentials and the way to the source, and verifies that they are gone.
    func removeSourceAccess(of clone: String, in namespace: String?) async throws {
        for type in [ResourceType.secrets, .networkPolicies] {
            func left() async throws -> [KubernetesObject] {
                try await client.list(
                    type, namespace: namespace, labels: ClonePlan.sourceAccess(of: clone)
                ).items
            }
            let found = try await left()
            for object in found {
                try await client.delete(
                    type, name: object.name, namespace: namespace, preconditions: Preconditions(uid: object.uid))
            }
            guard !found.isEmpty, let remaining = try await left().first else { continue }
            throw TryLater(
                reason: "\(type.kind) \(remaining.name), which leads to the source database, is not gone yet")
        }
    }

    /// The log's end, or why there is none: a failure is to be reported in any case.
    private func logLines(pod: String, namespace: String) async -> [String] {
        do {
            return LogExcerpt.lines(of: try await client.logs(pod: pod, namespace: namespace, tailLines: 50))
        } catch {
            return ["(the log of \(pod) can't be read: \(error))"]
        }
    }
}
