import Foundation
import KubernetesClient
import Testing

@testable import Provisioner

struct RuleTests {
    private let diagnosis = Diagnosis()

    @Test(arguments: RuleCase.all)
    func `the cluster's words are understood`(_ example: RuleCase) throws {
        let verdict = diagnosis.verdict(on: example.observation, now: RuleCase.now)
        var (problem, severity): (HealthProblem, ProblemSeverity)
        switch verdict {
        case .failed(let found): (problem, severity) = (found, .final)
        case .unhealthy(let found): (problem, severity) = (found, .passing)
        default:
            Issue.record("\(example): \(String(describing: verdict))")
            return
        }
        problem = diagnosis.explained(problem, by: example.log)
        #expect(problem.rule == example.rule, "\(problem.message)")
        #expect(severity == example.severity, "\(problem.message)")
        for text in example.says { #expect(problem.message.contains(text), "\(problem.message)") }
        #expect(problem.message.last == "." && !problem.message.contains("rpc error"), "\(problem.message)")
        #expect(!problem.nextStep.isEmpty && !problem.object.name.isEmpty)
        if let reason = example.reason { #expect(problem.reason == reason) }
    }

    @Test(arguments: [
        ("BackoffLimitExceeded", "Job has reached the specified backoff limit", "JobBackoffLimitExceeded"),
        ("DeadlineExceeded", "Job was active longer than specified deadline", "JobDeadlineExceeded"),
        ("PodFailurePolicy", "Container migrate failed with exit code 42", "JobFailed"),
    ])
    func `a Job that failed is named with the controller's reason`(reason: String, message: String, rule: String) throws
    {
        let job: JSONValue = [
            "apiVersion": "batch/v1", "kind": "Job", "metadata": ["name": "migrate"],
            "status": [
                "conditions": [
                    ["type": "Failed", "status": "True", "reason": .string(reason), "message": .string(message)]
                ]
            ],
        ]
        let found = try #require(diagnosis.problem(ofJob: job, pods: [], now: RuleCase.now))
        #expect(found.problem.rule == rule && found.severity == .final && found.problem.reason == reason)
        #expect(found.problem.message.contains(message))
    }

    @Test func `an autoscaler without metrics is a warning, not a failure`() {
        let scaler: JSONValue = [
            "metadata": ["name": "orders"],
            "status": [
                "conditions": [
                    [
                        "type": "ScalingActive", "status": "False", "reason": "FailedGetResourceMetric",
                        "message": "the HPA was unable to compute the replica count: failed to get cpu utilization",
                    ]
                ]
            ],
        ]
        let verdict = diagnosis.verdict(
            on: ServiceObservation(workloads: [RuleCase.deployment(ready: 1)], pods: [], autoscalers: [scaler]),
            now: RuleCase.now)
        guard case .healthy(1, let warning?) = verdict else {
            Issue.record("\(String(describing: verdict))")
            return
        }
        #expect(warning.contains("HorizontalPodAutoscaler orders cannot scale") && warning.contains("cpu utilization"))
    }

    @Test func `every rule has its own name and a case here`() {
        let names = DiagnosisRule.all.map(\.name)
        #expect(Set(names).count == names.count)
        let others: Set = ["JobBackoffLimitExceeded", "JobDeadlineExceeded", "JobFailed", "AutoscalerBlind"]
        #expect(Set(names) == Set(RuleCase.all.map(\.rule)).union(others))
        for rule in DiagnosisRule.all {
            #expect(rule.name.first?.isUppercase == true && !rule.signal.isEmpty && !rule.nextStep.isEmpty)
        }
    }

    @Test func `what may pass is waited for before it is final`() throws {
        let message = "failed to do request: dial tcp: lookup registry.example: no such host"
        for (age, isFinal) in [(5.0, false), (59, false), (61, true)] {
            let pod = RuleCase.pod(RuleCase.waiting("ImagePullBackOff", message), age: age)
            let observation = ServiceObservation(workloads: [RuleCase.deployment()], pods: [pod])
            let verdict = diagnosis.verdict(on: observation, now: RuleCase.now)
            if case .failed = verdict { #expect(isFinal) } else { #expect(!isFinal, "\(String(describing: verdict))") }
        }
    }

    @Test(arguments: [
        // A pod that had waited for a node for a minute, and whose first mount did not work.
        (since: 1.0, age: 1.0, isFinal: false), (since: 5, age: 1, isFinal: false),
        // A mount that worked at the second attempt; the image takes its time.
        (since: 80, age: 78, isFinal: false),
        (since: 66, age: 2, isFinal: true),
    ])
    func `a mount that the kubelet tries again has failed once it has not worked for a while`(
        since: Double, age: Double, isFinal: Bool
    ) {
        for message in [
            "MountVolume.SetUp failed for volume \"tls\" : secret \"orders-tls\" not found",
            "MountVolume.SetUp failed for volume \"conf\" : failed to sync configmap cache: timed out",
        ] {
            let pod = RuleCase.pod(RuleCase.waiting("ContainerCreating"), age: 90)
            let observation = ServiceObservation(
                workloads: [RuleCase.deployment()], pods: [pod],
                events: RuleCase.event("FailedMount", message, since: since, age: age))
            let verdict = diagnosis.verdict(on: observation, now: RuleCase.now)
            switch verdict {
            case .failed: #expect(isFinal)
            case .unhealthy(let problem): #expect(!isFinal && problem.reason == "FailedMount")
            default: Issue.record("\(String(describing: verdict))")
            }
        }
    }

    @Test func `a sandbox that cannot be made is one trouble, though each attempt has an Event of its own`() {
        let events = [70.0, 55, 40, 25, 9].flatMap {
            RuleCase.event(
                "FailedCreatePodSandBox", "Failed to create pod sandbox: attempt \($0)", since: $0, age: $0)
        }
        func verdict(_ events: [ClusterEvent]) -> HealthVerdict? {
            diagnosis.verdict(
                on: ServiceObservation(
                    workloads: [RuleCase.deployment()],
                    pods: [RuleCase.pod(RuleCase.waiting("ContainerCreating"), age: 300)], events: events),
                now: RuleCase.now)
        }
        guard case .failed(let problem) = verdict(events), problem.rule == "SandboxFailed" else {
            Issue.record("it has not worked for a minute")
            return
        }
        guard case .unhealthy = verdict(Array(events.suffix(2))) else {
            Issue.record("it may get better")
            return
        }
    }

    @Test(arguments: [(10.0, false), (40, true)])
    func `pods of a StatefulSet that are refused are waited for from the first refusal on`(
        since: Double, isFinal: Bool
    ) {
        var set = RuleCase.deployment()
        set["kind"] = "StatefulSet"
        let event = RuleCase.event(
            "FailedCreate", "create Pod orders-0 in StatefulSet orders failed error: admission webhook denied it",
            about: "StatefulSet", "orders", since: since, age: 1)
        let verdict = diagnosis.verdict(
            on: ServiceObservation(workloads: [set], pods: [], events: event), now: RuleCase.now)
        if case .failed = verdict { #expect(isFinal) } else { #expect(!isFinal, "\(String(describing: verdict))") }
    }

    @Test func `a service that is ready again has no problem, once it has stayed up`() {
        func verdict(_ seconds: Double) -> HealthVerdict? {
            let status: JSONValue = [
                "ready": true, "restartCount": 3, "state": ["running": ["startedAt": RuleCase.ago(seconds)]],
                "lastState": ["terminated": ["exitCode": 1, "reason": "Error"]],
            ]
            let evicted = RuleCase.pod(["phase": "Failed", "reason": "Evicted", "message": "The node was low"])
            return diagnosis.verdict(
                on: ServiceObservation(
                    workloads: [RuleCase.deployment(ready: 1)],
                    pods: [evicted, RuleCase.pod(RuleCase.container(status))],
                    events: RuleCase.event(
                        "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503")),
                now: RuleCase.now)
        }
        guard case .unhealthy(let problem) = verdict(1) else {
            Issue.record("it is not known yet whether it stays")
            return
        }
        #expect(problem.rule == "CrashLoop")
        #expect(verdict(6) == .healthy(readyReplicas: 1))
    }

    @Test func `a deploying service says what it waits for after a few seconds`() throws {
        let pod = RuleCase.pod(RuleCase.waiting("ContainerCreating"), age: 7)
        let observation = ServiceObservation(workloads: [RuleCase.deployment()], pods: [pod])
        guard case .deploying(let message) = diagnosis.verdict(on: observation, now: RuleCase.now) else {
            Issue.record("nothing is wrong yet")
            return
        }
        #expect(message.contains("0 of 1 replicas are ready. Container orders has been waiting since"))
        let later = diagnosis.verdict(on: observation, now: RuleCase.now.addingTimeInterval(1))
        #expect(later == .deploying(message), "nothing new is nothing to report")
    }

    @Test func `an event of an earlier run of the container does not count`() throws {
        let event = RuleCase.event(
            "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503", age: 90)
        let observation = ServiceObservation(
            workloads: [RuleCase.deployment()], pods: [RuleCase.pod(RuleCase.running(30))], events: event)
        guard case .unhealthy(let problem) = diagnosis.verdict(on: observation, now: RuleCase.now) else {
            Issue.record("not ready for 30 s")
            return
        }
        #expect(problem.rule == "NotReady")
    }

    @Test func `a quoted message keeps what stays and drops what changes`() {
        let words = ClusterWords(
            "Error:  rpc error: code = Unknown desc = sandbox 0123456789abcdef0123456789abcdef\n(orders) failed.")
        #expect(words.quoted == "Error: sandbox … (orders) failed")
        #expect(ClusterWords(nil).quoted == "the cluster does not say why")
    }
}
