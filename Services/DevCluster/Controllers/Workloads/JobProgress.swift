import Foundation
import KubernetesClient

/// How far a Job is, from its status and its Pods.
struct JobProgress {
    /// How a Job ends.
    enum Outcome {
        case complete
        case failed(reason: String, message: String)
    }

    let job: JSONValue
    let succeeded: Int
    let failed: Int
    private let active: Int
    /// How often programs were started again in their pods.
    private let restarts: Int
    private let lastFailure: Date?
    private let now: Date

    init(job: JSONValue, pods: [JSONValue], now: Date) {
        self.job = job
        self.now = now
        // What was counted stays counted when someone removes the Pod.
        succeeded = max(job.status["succeeded"]?.int ?? 0, pods.count { $0.podPhase == "Succeeded" })
        failed = max(job.status["failed"]?.int ?? 0, pods.count { $0.podPhase == "Failed" })
        active = pods.count(where: \.isActivePod)
        restarts = pods.filter(\.isActivePod).reduce(0) { sum, pod in
            ["initContainerStatuses", "containerStatuses"].reduce(sum) { sum, field in
                (pod.status[field]?.array ?? []).reduce(sum) { $0 + ($1["restartCount"]?.int ?? 0) }
            }
        }
        lastFailure = pods.filter { $0.podPhase == "Failed" }
            .compactMap { ($0.metadata["creationTimestamp"]?.string).flatMap(Timestamp.parse) }.max()
    }

    private var completions: Int? { job.spec["completions"]?.int }

    /// How many Pods are to be started.
    var missing: Int {
        let parallelism = job.spec["parallelism"]?.int ?? 1
        guard let completions else { return succeeded > 0 ? 0 : max(0, parallelism - active) }
        return max(0, min(parallelism, completions - succeeded) - active)
    }

    /// How the Job ends now; `nil` while it goes on.
    var outcome: Outcome? {
        if let completions {
            if succeeded >= completions { return .complete }
        } else if succeeded > 0, active == 0 {
            return .complete
        }
        let limit = job.spec["backoffLimit"]?.int ?? 6
        if failed > limit || (restarts > 0 && restarts >= limit) {
            return .failed(
                reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit")
        }
        if let left = timeUntilDeadline, left <= .zero {
            return .failed(reason: "DeadlineExceeded", message: "Job was active longer than specified deadline")
        }
        return nil
    }

    /// What is left of `activeDeadlineSeconds`.
    var timeUntilDeadline: Duration? {
        guard let seconds = job.spec["activeDeadlineSeconds"]?.int,
            let start = (job.status["startTime"]?.string).flatMap(Timestamp.parse)
        else { return nil }
        return .seconds(start.addingTimeInterval(TimeInterval(seconds)).timeIntervalSince(now))
    }

    /// How long to wait before a failed Pod is followed by another: 1 s, 2 s, 4 s, at most 30 s.
    var timeUntilRetry: Duration? {
        guard failed > 0, let lastFailure else { return nil }
        let delay = min(30, TimeInterval(1 << min(failed - 1, 5)))
        return .seconds(lastFailure.addingTimeInterval(delay).timeIntervalSince(now))
    }

    /// When a Job ended; `nil` while it goes on.
    static func end(of job: JSONValue) -> Date? {
        for type in ["Complete", "Failed"] {
            guard let condition = job.condition(type), condition["status"]?.string == "True" else { continue }
            return condition["lastTransitionTime"]?.string.flatMap(Timestamp.parse) ?? Date()
        }
        return nil
    }
}
