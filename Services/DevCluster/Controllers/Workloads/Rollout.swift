import Foundation
import KubernetesClient

/// How a Deployment gets from its older ReplicaSets to the present one: which to make and how far to scale each.
/// Pure; what it decides is carried out by the controller.
struct Rollout {
    /// One ReplicaSet's new size.
    struct Scaling {
        var replicaSet: JSONValue
        var replicas: Int
    }

    let deployment: JSONValue
    let hash: String
    /// The ReplicaSet of the present template.
    var current: JSONValue?
    /// The others, oldest first.
    let old: [JSONValue]
    /// Whether `current` was made in this look.
    var isNew = false

    init(deployment: JSONValue, replicaSets: [JSONValue], hash: String) {
        self.deployment = deployment
        self.hash = hash
        current = replicaSets.first { $0.labels["pod-template-hash"] == hash }
        let uid = current?.uid
        old = replicaSets.filter { $0.uid != uid }.sorted { Self.revision($0) < Self.revision($1) }
    }

    var all: [JSONValue] { old + (current.map { [$0] } ?? []) }
    var desired: Int { deployment.spec["replicas"]?.int ?? 1 }
    private var isRecreate: Bool { deployment.spec["strategy"]["type"]?.string == "Recreate" }

    /// How many Pods may be there above the wanted number, and how many of these may be missing.
    var limits: (surge: Int, unavailable: Int) {
        if isRecreate { return (0, desired) }
        let rolling = deployment.spec["strategy"]["rollingUpdate"]
        let surge = Self.share(rolling["maxSurge"] ?? "25%", of: desired, rounded: .up)
        let unavailable = Self.share(rolling["maxUnavailable"] ?? "25%", of: desired, rounded: .down)
        return surge == 0 && unavailable == 0 ? (0, 1) : (surge, unavailable)
    }

    /// The ReplicaSet for the present template, with as many replicas as may come up at once.
    func newReplicaSet(annotations: [String: String]) -> JSONValue {
        let labels = (deployment.spec["template"]["metadata"]["labels"]?.strings ?? [:])
            .merging(["pod-template-hash": hash]) { $1 }
        var template = deployment.spec["template"] ?? [:]
        template["metadata"]["labels"] = JSONValue(labels)
        var selector = deployment.spec["selector"] ?? [:]
        selector["matchLabels"]["pod-template-hash"] = .string(hash)
        var spec: JSONValue = [
            "replicas": JSONValue(newSize(of: 0)), "selector": selector, "template": template,
        ]
        spec["minReadySeconds"] = deployment.spec["minReadySeconds"]
        return [
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": [
                "name": .string("\(deployment.name)-\(hash)"), "namespace": .string(deployment.namespace ?? ""),
                "labels": JSONValue(labels),
                "annotations": JSONValue(annotations.merging(Self.annotations(for: deployment)) { $1 }),
                "ownerReferences": [deployment.asController],
            ],
            "spec": spec,
        ]
    }

    /// The scalings that are due now.
    func scaling(isPaused: Bool) -> [Scaling] {
        guard let current else {
            // Paused before its first rollout, or never rolled out: only an older one can be scaled.
            return isPaused ? old.last.map { [Scaling(replicaSet: $0, replicas: desired)] }?.filter(isChange) ?? [] : []
        }
        var changes: [Scaling] = []
        if !(isRecreate && old.contains { ($0.status["replicas"]?.int ?? 0) > 0 || size($0) > 0 }) {
            changes.append(Scaling(replicaSet: current, replicas: newSize(of: size(current))))
        }
        if isRecreate {
            changes += old.map { Scaling(replicaSet: $0, replicas: 0) }
        } else if !isPaused {
            changes += shrinking(current: current)
        }
        return changes.filter(isChange)
    }

    private func isChange(_ scaling: Scaling) -> Bool { size(scaling.replicaSet) != scaling.replicas }

    private func newSize(of present: Int) -> Int {
        if present >= desired { return desired }
        let total = old.reduce(present) { $0 + size($1) }
        if isRecreate { return total > present ? present : desired }
        return min(desired, present + max(0, desired + limits.surge - total))
    }

    /// How older ReplicaSets shrink: unavailable Pods first, then as many as may be missing.
    private func shrinking(current: JSONValue) -> [Scaling] {
        var sizes = old.map(size)
        guard sizes.contains(where: { $0 > 0 }) else { return [] }
        let least = desired - limits.unavailable
        let available = all.reduce(0) { $0 + ($1.status["availableReplicas"]?.int ?? 0) }
        let newUnavailable = max(0, size(current) - (current.status["availableReplicas"]?.int ?? 0))
        var spare = sizes.reduce(size(current), +) - least - newUnavailable
        for (index, set) in old.enumerated() where spare > 0 {
            let unhealthy = max(0, sizes[index] - (set.status["availableReplicas"]?.int ?? 0))
            let drop = min(spare, unhealthy)
            sizes[index] -= drop
            spare -= drop
        }
        var removable = min(max(0, available - least), max(0, spare))
        for index in sizes.indices where removable > 0 {
            let drop = min(removable, sizes[index])
            sizes[index] -= drop
            removable -= drop
        }
        return zip(old, sizes).map { Scaling(replicaSet: $0, replicas: $1) }
    }

    private func size(_ set: JSONValue) -> Int { set.spec["replicas"]?.int ?? 0 }

    /// What a Deployment notes on its ReplicaSets about its own size.
    static func annotations(for deployment: JSONValue) -> [String: String] {
        let desired = deployment.spec["replicas"]?.int ?? 1
        let surge = Rollout(deployment: deployment, replicaSets: [], hash: "").limits.surge
        return [
            "deployment.kubernetes.io/desired-replicas": String(desired),
            "deployment.kubernetes.io/max-replicas": String(desired + surge),
        ]
    }

    private static func revision(_ set: JSONValue) -> Int {
        Int(set.annotations[DeploymentController.revision] ?? "") ?? 0
    }

    private static func share(_ value: JSONValue, of total: Int, rounded rule: FloatingPointRoundingRule) -> Int {
        if let count = value.int { return count }
        guard let text = value.string, text.hasSuffix("%"), let percent = Double(text.dropLast()) else { return 0 }
        return Int((Double(total) * percent / 100).rounded(rule))
    }
}
