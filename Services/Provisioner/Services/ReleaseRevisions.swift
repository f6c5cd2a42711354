import Helm
import KubernetesClient

/// The revisions of one service's Helm release. Two processes may come to work on a release at once, as when a lease
/// changes hands: each marks the revision that its Helm makes, and none removes another's.
struct ReleaseRevisions: Sendable {
    /// The label on a release's Secret that says which attempt made it.
    static let attemptLabel = "understudy.dev/attempt"

    let client: KubernetesClient
    let release: String
    let namespace: String

    /// All revisions that are kept.
    func all() async throws -> [HelmReleaseSecret] {
        try await client.list(
            .secrets, namespace: namespace, labels: "\(HelmReleaseSecret.selector(release: release))"
        ).items.compactMap { HelmReleaseSecret($0.value) }
    }

    /// Removes a revision as it was read. Returns whether that could be: not where somebody has gone on with it since.
    func remove(_ revision: HelmReleaseSecret) async throws -> Bool {
        let metadata = revision.object["metadata"]
        do {
            try await client.delete(
                .secrets, name: revision.name, namespace: namespace,
                preconditions: Preconditions(
                    uid: metadata["uid"].string, resourceVersion: metadata["resourceVersion"].string))
            return true
        } catch let error as KubernetesError where error.isConflict {
            return false
        }
    }

    /// Removes what an attempt left unfinished: Helm was ended, and nobody works on that revision any more.
    ///
    /// - Returns: whether another attempt has made a revision since the one that was the newest before.
    func putAside(_ attempt: String, since newest: Int) async throws -> Bool {
        let revisions = try await all()
        for revision in revisions where revision.status.isPending && revision.labels[Self.attemptLabel] == attempt {
            _ = try await remove(revision)
        }
        return revisions.contains { $0.revision > newest && $0.labels[Self.attemptLabel] != attempt }
    }
}
