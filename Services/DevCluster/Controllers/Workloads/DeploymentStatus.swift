import Foundation
import KubernetesClient

/// A Deployment's status, derived from its ReplicaSets.
struct DeploymentStatus {
    let deployment: JSONValue
    let replicaSets: [JSONValue]
    let current: JSONValue?
    let isNew: Bool
    let now: Date

    private var desired: Int { deployment.spec["replicas"]?.int ?? 1 }
    private var replicas: Int { sum("replicas") }
    private var ready: Int { sum("readyReplicas") }
    private var available: Int { sum("availableReplicas") }
    private var updated: Int { current?.status["replicas"]?.int ?? 0 }

    /// When the rollout fails for lack of progress; `nil` when it is complete or has no such limit.
    var deadline: Date? {
        guard !isComplete, let seconds = deployment.spec["progressDeadlineSeconds"]?.int, seconds < Int(Int32.max),
            deployment.spec["paused"]?.bool != true
        else { return nil }
        let progressing = deployment.condition("Progressing")
        if progressing?["reason"]?.string == "ProgressDeadlineExceeded" { return nil }
        let since = progressing["lastUpdateTime"]?.string.flatMap(Timestamp.parse) ?? now
        return since.addingTimeInterval(TimeInterval(seconds) + 0.5)
    }

    private var isComplete: Bool { updated == desired && replicas == desired && available >= desired }

    /// The status after this look.
    func applied(to old: JSONValue) -> JSONValue {
        var status = old
        status["observedGeneration"] = JSONValue(deployment.generation)
        set(&status, "replicas", replicas)
        set(&status, "updatedReplicas", updated)
        set(&status, "readyReplicas", ready)
        set(&status, "availableReplicas", available)
        set(&status, "unavailableReplicas", max(0, max(replicas, desired) - available))
        let least = desired - Rollout(deployment: deployment, replicaSets: [], hash: "").limits.unavailable
        status.setCondition(
            available >= least
                ? Condition(
                    "Available", true, "MinimumReplicasAvailable", "Deployment has minimum availability.")
                : Condition(
                    "Available", false, "MinimumReplicasUnavailable", "Deployment does not have minimum availability."),
            updateTime: "lastUpdateTime", now: now)
        progress(&status, old)
        let failure = replicaSets.lazy.compactMap { $0.condition("ReplicaFailure") }.first
        if let failure {
            status.setCondition(
                Condition(
                    "ReplicaFailure", true, failure["reason"]?.string ?? "", failure["message"]?.string ?? ""),
                updateTime: "lastUpdateTime", now: now)
        } else {
            status.removeCondition("ReplicaFailure")
        }
        return status
    }

    private func progress(_ status: inout JSONValue, _ old: JSONValue) {
        let present = deployment.condition("Progressing")
        if deployment.spec["paused"]?.bool == true {
            if present?["reason"]?.string != "DeploymentPaused" {
                set(&status, progressing: true, "DeploymentPaused", "Deployment is paused")
            }
            return
        }
        guard let current else { return }
        let title = "ReplicaSet \"\(current.name)\""
        if isNew {
            set(&status, progressing: true, "NewReplicaSetCreated", "Created new replica set \"\(current.name)\"")
        } else if isComplete {
            set(&status, progressing: true, "NewReplicaSetAvailable", "\(title) has successfully progressed.")
        } else if hasProgressed(since: old) {
            status.removeCondition("Progressing")  // So that its update time is now.
            set(&status, progressing: true, "ReplicaSetUpdated", "\(title) is progressing.")
            if let since = present?["lastTransitionTime"], present?["status"] == "True" {
                let conditions = status["conditions"]?.array ?? []
                status["conditions"][conditions.count - 1]["lastTransitionTime"] = since
            }
        } else if isOverdue(present) {
            set(&status, progressing: false, "ProgressDeadlineExceeded", "\(title) has timed out progressing.")
        } else if present?["reason"]?.string == "NewReplicaSetAvailable" {
            // Available before and not now: progress starts over, without a deadline passed already.
            set(&status, progressing: true, "ReplicaSetUpdated", "\(title) is progressing.")
        }
    }

    private func hasProgressed(since old: JSONValue) -> Bool {
        updated > (old["updatedReplicas"]?.int ?? 0) || ready > (old["readyReplicas"]?.int ?? 0)
            || available > (old["availableReplicas"]?.int ?? 0)
            || replicas - updated < (old["replicas"]?.int ?? 0) - (old["updatedReplicas"]?.int ?? 0)
    }

    private func isOverdue(_ present: JSONValue?) -> Bool {
        guard let seconds = deployment.spec["progressDeadlineSeconds"]?.int,
            present?["reason"]?.string != "NewReplicaSetAvailable",
            let since = present["lastUpdateTime"]?.string.flatMap(Timestamp.parse)
        else { return false }
        return now > since.addingTimeInterval(TimeInterval(seconds))
    }

    private func set(_ status: inout JSONValue, progressing: Bool, _ reason: String, _ message: String) {
        status.setCondition(
            Condition("Progressing", progressing, reason, message), updateTime: "lastUpdateTime", now: now)
    }

    private func set(_ status: inout JSONValue, _ field: String, _ count: Int) {
        status[field] = count == 0 ? nil : JSONValue(count)
    }

    private func sum(_ field: String) -> Int { replicaSets.reduce(0) { $0 + ($1.status[field]?.int ?? 0) } }
}
