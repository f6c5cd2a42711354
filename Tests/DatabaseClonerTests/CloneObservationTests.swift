import Shared
import Testing

@testable import DatabaseCloner

@Suite struct CloneObservationTests {
    private func observation(
        phase: String?, ready: Int = 0, primary: String = "", pods: [KubernetesObject] = [],
        _ change: (inout KubernetesObject) -> Void = { _ in }
    ) throws -> CloneObservation {
        var clone = try Fixtures.plan().cluster
        clone.status = ["readyInstances": JSONValue(ready), "currentPrimary": .string(primary)]
        clone["status"]["phase"] = phase.map { .string($0) }
        change(&clone)
        return CloneObservation(clone: clone, cluster: "local", bootstrapPods: pods)
    }

    private func pod(_ name: String, _ status: JSONValue, createdAt: String = "2026-01-01T00:00:00Z")
        -> KubernetesObject
    {
        var pod = KubernetesObject(
            type: .pods, name: name, namespace: "preview-bcdf2345",
            labels: ["cnpg.io/cluster": "orders-db", "cnpg.io/jobRole": "pgbasebackup"])
        pod["metadata"]["creationTimestamp"] = .string(createdAt)
        pod.status = status
        return pod
    }

    private func failedPod(_ name: String, createdAt: String = "2026-01-01T00:00:00Z") -> KubernetesObject {
        pod(
            name,
            [
                "phase": "Failed",
                "containerStatuses": [["state": ["terminated": ["exitCode": 1, "message": "connection refused"]]]],
            ], createdAt: createdAt)
    }

    @Test func `a clone is up when its phase, its instances and its primary say so`() throws {
        #expect(
            try observation(phase: "Cluster in healthy state", ready: 1, primary: "orders-db-1").verdict == .up)
    }

    @Test func `a healthy phase alone is not enough`() throws {
        for (ready, primary) in [(0, "orders-db-1"), (1, "")] {
            let verdict = try observation(phase: "Cluster in healthy state", ready: ready, primary: primary).verdict
            #expect(verdict == .working("Cluster in healthy state"))
        }
        let hibernated = try observation(phase: "Cluster in healthy state", ready: 1, primary: "orders-db-1") {
            $0["status"]["conditions"] = [["type": "cnpg.io/hibernation", "status": "True"]]
        }
        #expect(!hibernated.isUp)
    }

    @Test(arguments: [nil, "Setting up primary", "Waiting for the instances to become active"] as [String?])
    func `phases of progress are reported as such`(phase: String?) throws {
        guard case .working(let words) = try observation(phase: phase).verdict else {
            Issue.record("not working")
            return
        }
        #expect(words == phase ?? "waiting for the CloudNativePG operator")
    }

    @Test(arguments: CloneObservation.terminalPhases.sorted())
    func `phases without a way out are failures with the operator's reason`(phase: String) throws {
        let verdict = try observation(phase: phase) { $0["status"]["phaseReason"] = "no such image" }.verdict
        guard case .failed(let failure, _) = verdict else {
            Issue.record("not failed")
            return
        }
        #expect(failure.message.contains(phase))
        #expect(failure.message.contains("no such image"))
        #expect(failure.nextStep != nil)
    }

    @Test func `one failed attempt is said but tolerated, a second is a failure that names the newest pod`() throws {
        let first = failedPod("orders-db-1-pgbasebackup-a")
        guard case .working(let words) = try observation(phase: "Setting up primary", pods: [first]).verdict else {
            Issue.record("one failure counted")
            return
        }
        #expect(words.contains("the first attempt failed"))

        let second = failedPod("orders-db-1-pgbasebackup-b", createdAt: "2026-01-01T00:01:00Z")
        let verdict = try observation(phase: "Setting up primary", pods: [second, first]).verdict
        guard case .failed(let failure, let pod) = verdict else {
            Issue.record("two failures did not count")
            return
        }
        #expect(pod == "orders-db-1-pgbasebackup-b")
        #expect(failure.object?.name == pod)
        #expect(failure.message.contains("exit code 1"))
        #expect(failure.message.contains("connection refused"))
    }

    @Test func `the operator's words are told without passwords`() throws {
        let words = "could not connect to postgres://clerk:hunter2@orders-db or with password='hunter2'"
        for phase in ["Setting up primary", "Invalid cluster definition"] {
            switch try observation(phase: phase, { $0["status"]["phaseReason"] = .string(words) }).verdict {
            case .working(let text): #expect(text.contains("could not connect") && !text.contains("hunter2"))
            case .failed(let failure, _):
                #expect(failure.message.contains("could not connect") && !failure.message.contains("hunter2"))
            case .up, .turnedAway: Issue.record("it is neither up nor turned away")
            }
        }
    }

    @Test(arguments: ["ImagePullBackOff", "InvalidImageName", "CreateContainerConfigError"])
    func `a pod that can't start fails the clone before the operator gives up`(reason: String) throws {
        let waiting = pod(
            "orders-db-1-pgbasebackup-a",
            [
                "phase": "Pending",
                "containerStatuses": [["state": ["waiting": ["reason": .string(reason), "message": "back-off"]]]],
            ])
        guard case .failed(let failure, nil) = try observation(phase: "Setting up primary", pods: [waiting]).verdict
        else {
            Issue.record("not failed")
            return
        }
        #expect(failure.reason == reason)
    }

    @Test func `a pod that nobody can take is named in the progress`() throws {
        let waiting = pod(
            "p",
            [
                "phase": "Pending",
                "conditions": [["type": "PodScheduled", "status": "False", "message": "Insufficient memory"]],
            ])
        guard case .working(let words) = try observation(phase: "Setting up primary", pods: [waiting]).verdict else {
            Issue.record("not working")
            return
        }
        #expect(words.contains("Insufficient memory"))
    }

    @Test(arguments: [
        ("plain words", "plain words"),
        (#"{"level":"error","msg":"boom","error":"exit status 1"}"#, "error boom exit status 1"),
        (#"{"level":"info","msg":"record","record":{"message":"starting PostgreSQL"}}"#, "info starting PostgreSQL"),
        ("host=a password=geheim user=b", "host=a password=*** user=b"),
        ("postgresql://clerk:geheim@db:5432/orders", "postgresql://clerk:***@db:5432/orders"),
    ])
    func `log lines are made readable and carry no password`(line: String, expected: String) {
        #expect(LogExcerpt.lines(of: line) == [expected])
    }

    @Test func `only the end of a log is shown`() {
        let log = (1...100).map { "line \($0)" }.joined(separator: "\n")
        #expect(LogExcerpt.lines(of: log, last: 2) == ["line 99", "line 100"])
    }
}
