import Foundation
import KubernetesClient

extension DiagnosisRule {
    /// Jobs that failed, as hooks do.
    static let jobs: [DiagnosisRule] = [
        job(
            "JobBackoffLimitExceeded", "BackoffLimitExceeded", "failed as often as it may",
            then: "Look at its log; correct the version or its migration, then retry."),
        job(
            "JobDeadlineExceeded", "DeadlineExceeded", "ran longer than its activeDeadlineSeconds",
            then: "Look at its log: it may wait for something; or raise activeDeadlineSeconds."),
        job("JobFailed", nil, "failed", then: "Look at its log; correct the version or its migration, then retry."),
        DiagnosisRule(
            overdue, reads: "workload condition `Progressing` false with reason `ProgressDeadlineExceeded`",
            then: "Look at the events of its pods.",
            // `WorkloadState.deadlineExceeded` says it, with the cause where one is known.
            .workload { _ in nil }),
    ]

    private static func job(
        _ name: String, _ reason: String?, _ what: String, then nextStep: String
    ) -> DiagnosisRule {
        let signal = "Job condition `Failed`\(reason.map { " with reason `\($0)`" } ?? "")"
        return DiagnosisRule(
            name, reads: signal, then: nextStep,
            .workload { job in
                guard job.kind == "Job", let failed = job.condition("Failed"), failed.isTrue,
                    reason == nil || failed.reason == reason
                else { return nil }
                return Finding(
                    .final, "\(job.title) \(what): \(ClusterWords(failed.message).quoted).", reason: failed.reason)
            })
    }
}
