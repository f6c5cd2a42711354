import Foundation
import KubernetesClient
import PreviewDomain
import ServiceRuntime

/// The PreviewEnvironment that shows a preview which was ordered elsewhere, in the namespace that the cluster is
/// configured with.
struct PreviewMirror: Sendable {
    /// The longest time to live that the schema takes.
    static let longestTTL = 168 * 3600
    /// After how long without news a preview without a namespace counts as forgotten.
    static let forgottenAfter: TimeInterval = 3600

    let preview: PreviewID
    let namespace: String

    /// Where a cluster shows a preview; `nil` where it shows none.
    init?(of preview: PreviewID, on access: ClusterAccess) {
        guard let namespace = access.cluster.environments.mirrorNamespace else { return nil }
        self.preview = preview
        self.namespace = namespace
    }

    /// Whether this is the resource that shows the preview.
    func isShown(by object: KubernetesObject) -> Bool {
        object.name == preview.rawValue && object.namespace == namespace
            && object.spec["preview"].string == preview.rawValue
    }

    /// The resource as it is made.
    func object(showing state: PreviewStateReported) -> KubernetesObject {
        var object = KubernetesObject(
            type: .previewEnvironments, name: preview.rawValue, namespace: namespace,
            labels: [
                PreviewLabels.preview: preview.rawValue, PreviewLabels.organization: state.organization.rawValue,
            ])
        object.annotations = ["understudy.dev/name": state.name, "understudy.dev/origin": state.origin.rawValue]
        object.finalizers = [EnvironmentSettings.finalizer]
        let seconds = Int(state.expiresAt.timeIntervalSince(state.createdAt).rounded())
        object.spec = [
            "preview": .string(preview.rawValue), "ttl": .string(Self.ttl(min(max(seconds, 1), Self.longestTTL))),
        ]
        return object
    }

    /// Whether nothing of the preview is left, as the cluster tells.
    func isOver(_ object: KubernetesObject, on access: ClusterAccess) async throws -> Bool {
        guard try await access.client.get(.namespaces, name: preview.namespace) == nil else { return false }
        if let tombstone = try await access.tombstone(of: preview) { return tombstone.state == .done }
        let news = EnvironmentStatus(of: object).lastSyncedAt ?? object.creationTimestamp ?? Date()
        return Date().timeIntervalSince(news) > Self.forgottenAfter
    }

    /// Makes the resource, and its namespace where that is missing; `nil` where the preview has ended.
    func make(showing state: PreviewStateReported, on access: ClusterAccess) async throws -> KubernetesObject? {
        // A preview made after the end of another one of its id is a new one.
        if let tombstone = try await access.tombstone(of: preview), tombstone.covers(requestMadeAt: state.createdAt) {
            return nil
        }
        let object = object(showing: state)
        do {
            return try await access.client.create(object, as: .previewEnvironments)
        } catch let error as KubernetesError where error.isNotFound && !error.isTypeMissing {
            let namespace = KubernetesObject(
                type: .namespaces, name: namespace,
                labels: [PreviewLabels.managedBy: PreviewLabels.managedByValue])
            _ = try await access.client.apply(namespace, as: .namespaces)
            return try await access.client.create(object, as: .previewEnvironments)
        }
    }

    /// The time as Go writes durations, in the largest unit that fits.
    private static func ttl(_ seconds: Int) -> String {
        if seconds.isMultiple(of: 3600) { return "\(seconds / 3600)h" }
        return seconds.isMultiple(of: 60) ? "\(seconds / 60)m" : "\(seconds)s"
    }
}
