import Foundation
import KubernetesClient
import Logging

/// Starts a CronJob's Jobs when they are due, unless it is suspended.
struct CronJobController: Sendable {
    let cluster: ClusterState
    let events: EventRecorder

    func controller(logger: Logger) -> Controller {
        Controller(
            name: "cronjob", cluster: cluster, watches: [.itself(.cronJobs), .owned(.jobs, by: "CronJob")],
            logger: logger, reconcile: reconcile)
    }

    func reconcile(_ name: ObjectName) throws -> Duration? {
        guard let cron = cluster.get(.cronJobs, name.namespace, name.name), !cron.isBeingDeleted else { return nil }
        let jobs = cluster.list(.jobs, name.namespace).filter { $0.isControlled(by: cron) }
        try forget(cron, jobs)
        var active = jobs.filter { JobProgress.end(of: $0) == nil }
        let schedule = cron.spec["schedule"]?.string ?? ""
        guard let times = CronSchedule(schedule) else {
            events.warning(
                cron, "UnparseableSchedule", "unparseable schedule: \(schedule)", from: "cronjob-controller")
            return nil
        }
        let now = Date()
        let since =
            (cron.status["lastScheduleTime"]?.string ?? cron.metadata["creationTimestamp"]?.string)
            .flatMap(Timestamp.parse) ?? now
        var started: Date?
        if cron.spec["suspend"]?.bool != true, let due = times.last(after: since, notAfter: now) {
            started = due
            active = try start(cron, due, active)
        }
        try cluster.update(.cronJobs, cron.namespace, cron.name, .status) { object in
            var status = object["status"] ?? [:]
            status["active"] =
                active.isEmpty
                ? nil
                : .array(
                    active.map {
                        [
                            "apiVersion": "batch/v1", "kind": "Job", "name": .string($0.name),
                            "namespace": .string($0.namespace ?? ""), "uid": .string($0.uid),
                        ]
                    })
            if let started { status["lastScheduleTime"] = .string(Timestamp.format(started)) }
            object["status"] = status
        }
        guard cron.spec["suspend"]?.bool != true, let next = times.next(after: now) else { return nil }
        return .seconds(next.timeIntervalSince(now) + 0.05)
    }

    /// Starts the Job of one point in time, as far as the concurrency policy lets it. Returns what is active then.
    private func start(_ cron: JSONValue, _ due: Date, _ active: [JSONValue]) throws(APIError) -> [JSONValue] {
        var remaining = active
        switch cron.spec["concurrencyPolicy"]?.string {
        case "Forbid" where !active.isEmpty:
            return active
        case "Replace":
            for job in active {
                try cluster.delete(.jobs, job.namespace, job.name, DeleteOptions(propagation: .background))
            }
            remaining = []
        default:
            break
        }
        let template = cron.spec["jobTemplate"]
        var metadata = template["metadata"] ?? [:]
        metadata["name"] = .string("\(cron.name)-\(Int(due.timeIntervalSince1970) / 60)")
        metadata["namespace"] = .string(cron.namespace ?? "")
        metadata["ownerReferences"] = [cron.asController]
        let job: JSONValue = [
            "apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"] ?? [:],
        ]
        guard cluster.get(.jobs, job.namespace, job.name) == nil else { return remaining }
        remaining.append(try cluster.create(.jobs, job))
        events.normal(cron, "SuccessfulCreate", "Created job \(job.name)", from: "cronjob-controller")
        return remaining
    }

    /// Removes finished Jobs beyond the history limits.
    private func forget(_ cron: JSONValue, _ jobs: [JSONValue]) throws(APIError) {
        for (type, limit) in [
            ("Complete", cron.spec["successfulJobsHistoryLimit"]?.int ?? 3),
            ("Failed", cron.spec["failedJobsHistoryLimit"]?.int ?? 1),
        ] {
            let ended = jobs.filter { $0.condition(type)?["status"]?.string == "True" }
                .sorted { $0.name < $1.name }
            for job in ended.prefix(max(0, ended.count - limit)) {
                try cluster.delete(.jobs, job.namespace, job.name, DeleteOptions(propagation: .background))
            }
        }
    }
}
