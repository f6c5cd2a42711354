import Foundation
import KubernetesClient
import Logging

/// Runs a Job's Pods until enough have succeeded or too many have failed.
struct JobController: Sendable {
    let cluster: ClusterState
    let events: EventRecorder

    func controller(logger: Logger) -> Controller {
        Controller(
            name: "job", cluster: cluster, watches: [.itself(.jobs), .owned(.pods, by: "Job")], logger: logger,
            reconcile: reconcile)
    }

    func reconcile(_ name: ObjectName) throws -> Duration? {
        guard let job = cluster.get(.jobs, name.namespace, name.name), !job.isBeingDeleted else { return nil }
        if let end = JobProgress.end(of: job) { return try collect(job, finishedAt: end) }
        let pods = cluster.list(.pods, name.namespace).filter { $0.isControlled(by: job) }
        let progress = JobProgress(job: job, pods: pods, now: Date())
        if let outcome = progress.outcome {
            for pod in pods where pod.isActivePod {
                try cluster.delete(.pods, pod.namespace, pod.name, DeleteOptions(uid: pod.uid))
            }
            try updateStatus(job, progress, outcome)
            return .milliseconds(100)
        }
        let wait = try start(job, progress)
        try updateStatus(job, progress, nil)
        return [wait, progress.timeUntilDeadline].compactMap { $0 }.min()
    }

    /// Starts the Pods that are due. Returns after how long the next one is.
    private func start(_ job: JSONValue, _ progress: JobProgress) throws(APIError) -> Duration? {
        guard job.spec["suspend"]?.bool != true, progress.missing > 0 else { return nil }
        if let wait = progress.timeUntilRetry, wait > .zero { return wait }
        let labels = [
            "batch.kubernetes.io/job-name": job.name, "job-name": job.name,
            "batch.kubernetes.io/controller-uid": job.uid, "controller-uid": job.uid,
        ]
        for _ in 0..<progress.missing {
            do {
                let pod = try cluster.create(.pods, PodTemplate(job.spec["template"]).pod(for: job, labels: labels))
                events.normal(job, "SuccessfulCreate", "Created pod: \(pod.name)", from: "job-controller")
            } catch {
                events.warning(job, "FailedCreate", "Error creating: \(error.message)", from: "job-controller")
                throw error
            }
        }
        return nil
    }

    /// Removes a finished Job when its time to live is over.
    private func collect(_ job: JSONValue, finishedAt end: Date) throws(APIError) -> Duration? {
        guard let seconds = job.spec["ttlSecondsAfterFinished"]?.int else { return nil }
        let left = end.addingTimeInterval(TimeInterval(seconds)).timeIntervalSinceNow
        guard left <= 0 else { return .seconds(left + 0.01) }
        try cluster.delete(
            .jobs, job.namespace, job.name, DeleteOptions(propagation: .background, uid: job.uid))
        return nil
    }

    private func updateStatus(
        _ job: JSONValue, _ progress: JobProgress, _ outcome: JobProgress.Outcome?
    ) throws(APIError) {
        let pods = cluster.list(.pods, job.namespace).filter { $0.isControlled(by: job) && $0.isActivePod }
        let now = Date()
        try cluster.update(.jobs, job.namespace, job.name, .status) { object in
            var status = object["status"] ?? [:]
            if job.spec["suspend"]?.bool != true, status["startTime"] == nil {
                status["startTime"] = .string(Timestamp.format(now))
            }
            status["active"] = pods.isEmpty ? nil : JSONValue(pods.count)
            status["ready"] = JSONValue(pods.count(where: \.isReadyPod))
            status["terminating"] = 0
            status["succeeded"] = progress.succeeded == 0 ? nil : JSONValue(progress.succeeded)
            status["failed"] = progress.failed == 0 ? nil : JSONValue(progress.failed)
            switch outcome {
            case .complete:
                status["completionTime"] = .string(Timestamp.format(now))
                let message = "Reached expected number of succeeded pods"
                status.setCondition(
                    Condition("SuccessCriteriaMet", true, "CompletionsReached", message), updateTime: "lastProbeTime")
                status.setCondition(
                    Condition("Complete", true, "CompletionsReached", message), updateTime: "lastProbeTime")
            case .failed(let reason, let message):
                status.setCondition(Condition("FailureTarget", true, reason, message), updateTime: "lastProbeTime")
                status.setCondition(Condition("Failed", true, reason, message), updateTime: "lastProbeTime")
            case nil:
                break
            }
            object["status"] = status
        }
        switch outcome {
        case .complete: events.normal(job, "Completed", "Job completed", from: "job-controller")
        case .failed(let reason, let message): events.warning(job, reason, message, from: "job-controller")
        case nil: break
        }
    }
}
