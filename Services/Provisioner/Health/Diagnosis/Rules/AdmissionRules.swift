import Foundation
import KubernetesClient

extension DiagnosisRule {
    /// Pods that the API server refuses, as the workload's controller reports.
    static let admissions: [DiagnosisRule] = [
        refused(
            "QuotaExceeded", .quotaExceeded, "the namespace's quota is used up",
            then: "Ask for less CPU and memory or fewer replicas, or raise the namespace's quota."),
        refused(
            "QuotaNeedsLimits", .quotaNeedsValues, "the namespace's quota asks for requests and limits",
            then: "Set requests and limits on every container of the chart."),
        refused(
            "LimitRangeViolated", .outsideLimits,
            "a container asks for more or less than the namespace's LimitRange allows",
            then: "Ask for CPU and memory within the LimitRange."),
        refused(
            "PodSecurityRefused", .podSecurity, "the namespace's Pod Security level forbids it",
            then: "Set the securityContext in the chart as the message asks."),
        refused(
            "WebhookUnreachable", .webhookFailed, "an admission webhook does not answer", waits: true,
            then: "Look at the webhook's service; the cluster's owner can mend or remove it."),
        refused(
            "WebhookRefused", .webhookRefused, "an admission webhook refused it",
            then: "Change the chart as the message asks, or except previews from the policy."),
        refused(
            "PolicyRefused", .policyRefused, "an admission policy refused it",
            then: "Change the chart as the message asks, or except previews from the policy."),
        refused(
            "ServiceAccountMissing", .accountMissing, "its service account does not exist",
            then: "Let the chart make the service account, then retry."),
        refused(
            "PriorityClassMissing", .priorityMissing, "its priority class does not exist",
            then: "Use a priority class that the cluster has."),
        refused("PodRefused", nil, "the cluster refused it", then: "Correct what the message names, then retry."),
        DiagnosisRule(
            "NoPodMade", reads: "workload without pods and without a reason",
            then: "Check that the cluster's controller manager works.",
            .workload { workload in
                guard workload.kind != "Job", workload.pods.isEmpty, workload.refusal == nil,
                    (workload.workload["spec"]["replicas"].int ?? 1) > 0, workload.kind != "DaemonSet"
                else { return nil }
                let isOverdue = workload.now.timeIntervalSince(workload.createdAt) > workload.patience.readiness
                return Finding(
                    isOverdue ? .passing : .starting,
                    "No pod of \(workload.title) has been made, and the cluster does not say why."
                ).lasting(since: workload.createdAt)
            }),
    ]

    private static func refused(
        _ name: String, _ phrase: ClusterWords.Phrase?, _ why: String, waits: Bool = false, then nextStep: String
    ) -> DiagnosisRule {
        let signal =
            "workload condition `ReplicaFailure`, or Event `FailedCreate` of a StatefulSet, DaemonSet or Job"
        return DiagnosisRule(
            name, reads: signal, then: nextStep,
            .workload { workload in
                guard let refusal = workload.refusal else { return nil }
                if let phrase, !refusal.words.say(phrase) { return nil }
                let patience = waits ? workload.patience.surroundings : workload.patience.placement
                return Finding(
                    workload.now.timeIntervalSince(refusal.since) > patience ? .final : .passing,
                    "No pod of \(workload.title) could be made, \(why): \(refusal.words.quoted).",
                    reason: refusal.reason)
            })
    }
}
