import Foundation
import Shared

/// The places that a source has for copies of it.
///
/// The network policy that leads to the source is a copy's claim to a place: it is the first that is made of a clone, and
/// goes when the data is copied. Whoever has claimed one looks who claimed before, so that of those who claim at once, in
/// whatever process, the later ones give way.
struct CopyPlaces: Sendable {
    /// A clone.
    private struct Place: Hashable {
        let namespace: String
        let clone: String
    }

    /// How long a claim stands of which there is no clone yet, and a clone of which there is no pod.
    private static let beginning: TimeInterval = 60

    let source: SourceCluster
    let client: KubernetesClient

    /// Sees to it that the source takes one more copy.
    ///
    /// - Parameters:
    ///   - plan: the copy.
    ///   - claim: its claim, where it was made: then only earlier ones count.
    /// - Throws: ``CloneRefusal`` that is worth waiting for, where as many are being made as may be.
    func requireOne(for plan: ClonePlan, by claim: KubernetesObject? = nil) async throws {
        let own = Place(namespace: plan.preview.namespace, clone: plan.database.name)
        let all = LabelSelector(
            stringLiteral: "\(PreviewLabels.selector()),\(PreviewLabels.database),!cnpg.io/cluster")
        let claims = try await client.list(.networkPolicies, labels: all).items.filter { other in
            other.annotations[CloneAnnotation.source] == source.reference.description
                && other.annotations[CloneAnnotation.method] == CloneMethod.baseBackup.rawValue
                && place(of: other) != own && claim.map { other.isOlder(than: $0) } ?? true
        }
        guard claims.count >= source.copiesAtOnce else { return }
        guard try await held(claims).count >= source.copiesAtOnce else { return }
        throw source.hasTooManyCopies
    }

    private func place(of claim: KubernetesObject) -> Place {
        Place(namespace: claim.namespace ?? "", clone: claim.labels[PreviewLabels.database] ?? "")
    }

    /// Those of the claims whose copies are being made, or are about to be; one that failed, or finds no node, keeps nobody
    /// waiting.
    private func held(_ claims: [KubernetesObject]) async throws -> [KubernetesObject] {
        let ours = LabelSelector(stringLiteral: "\(PreviewLabels.selector()),\(PreviewLabels.database)")
        let clones = Dictionary(
            try await client.list(.postgresClusters, labels: ours).items.map {
                (Place(namespace: $0.namespace ?? "", clone: $0.name), $0)
            }, uniquingKeysWith: { first, _ in first })
        let pods = Dictionary(
            grouping: try await client.list(.pods, labels: "cnpg.io/cluster,cnpg.io/jobRole").items
        ) { Place(namespace: $0.namespace ?? "", clone: $0.labels["cnpg.io/cluster"] ?? "") }
        return claims.filter { claim in
            let place = place(of: claim)
            guard let clone = clones[place] else { return claim.age < Self.beginning }
            guard (clone.status["readyInstances"].int ?? 0) == 0 else { return false }
            let phases = (pods[place] ?? []).compactMap { $0.status["phase"].string }
            if phases.contains("Running") { return true }
            return clone.age < Self.beginning && !phases.contains { ["Succeeded", "Failed"].contains($0) }
        }
    }
}

extension KubernetesObject {
    /// How many seconds ago it was made.
    fileprivate var age: TimeInterval { creationTimestamp.map { Date().timeIntervalSince($0) } ?? 0 }

    /// Whether it was written before another object of its kind: the server numbers what it writes. Where it can't be
    /// told, it counts as older, and the other one gives way.
    fileprivate func isOlder(than other: KubernetesObject) -> Bool {
        guard let mine = resourceVersion.flatMap(UInt64.init), let theirs = other.resourceVersion.flatMap(UInt64.init)
        else { return true }
        return mine < theirs
    }
}
