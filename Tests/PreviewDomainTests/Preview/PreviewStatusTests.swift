import Foundation
import PreviewDomain
import Testing

@Suite struct PreviewStatusTests {
    private let policy = PreviewPolicy(readyDeadline: 60, databaseDeadline: 100, cleanupDeadline: 30)
    private let start = Date(timeIntervalSince1970: 1_780_000_000)

    private func at(_ seconds: TimeInterval) -> Date { start.addingTimeInterval(seconds) }

    private func snapshot(externalDNS: Bool = false, databases: [PreviewDatabase] = []) -> PreviewSnapshot {
        let service = ServiceSpecification(
            name: "web", application: .init(namespace: "shop", name: "web"), sourceVersion: "1", targetVersion: "2",
            externalDNS: externalDNS)
        let preview = Preview(
            id: .random(), organization: .default, name: "any", cluster: "local", origin: .api, createdBy: "someone",
            createdAt: start, ttl: 3600, services: [service], databases: databases)
        return PreviewSnapshot(preview: preview, facts: PreviewFacts(), requests: [])
    }

    private func ask(_ snapshot: inout PreviewSnapshot, at seconds: TimeInterval) -> [Part] {
        let steps = snapshot.nextSteps(now: at(seconds), policy: policy)
        for step in steps {
            snapshot.record(
                PartRequest(
                    part: step.part, generation: step.generation, attempt: step.attempt, requestedAt: at(seconds)))
        }
        return steps.map(\.part)
    }

    private func report(
        _ part: Part, _ state: PartState, at seconds: TimeInterval, generation: Int = 1,
        to snapshot: inout PreviewSnapshot
    ) {
        let failure = state == .ready ? nil : Failure(reason: "CrashLoop", message: "It exits.", logLines: ["boom"])
        snapshot.facts.record(
            Fact(part: part, generation: generation, state: state, observedAt: at(seconds), failure: failure))
    }

    private func status(_ snapshot: PreviewSnapshot, at seconds: TimeInterval) -> PreviewStatus {
        snapshot.status(now: at(seconds), policy: policy)
    }

    /// A preview that is ready two seconds after its creation.
    private func ready() -> PreviewSnapshot {
        var snapshot = snapshot()
        _ = ask(&snapshot, at: 0)
        report(.namespace, .ready, at: 1, to: &snapshot)
        _ = ask(&snapshot, at: 1)
        report(.service("web"), .ready, at: 2, to: &snapshot)
        return snapshot
    }

    @Test(arguments: [
        ("not yet", "by someone: not yet. "), ("Not yet.", "by someone: Not yet. "), (nil, "by someone. "),
    ])
    func `a message ends with one full stop whether the reason has one or not`(reason: String?, said: String) throws {
        var snapshot = ready()
        try snapshot.end(Ending(kind: .rejected, by: "someone", at: at(3), reason: reason), policy: policy)
        #expect(snapshot.message(now: at(4), policy: policy).hasPrefix("Rejected \(said)"))
    }

    @Test func `it is pending until something is reported, then deploying`() {
        var snapshot = snapshot()
        #expect(status(snapshot, at: 0) == .pending)
        #expect(ask(&snapshot, at: 0) == [.namespace])
        #expect(status(snapshot, at: 0) == .pending)
        report(.namespace, .working, at: 1, to: &snapshot)
        #expect(status(snapshot, at: 1) == .deploying)
    }

    @Test func `a service that falls ill long after it was ready has the whole deadline to recover`() {
        var snapshot = ready()
        #expect(status(snapshot, at: 1000) == .ready)
        report(.service("web"), .ready, at: 990, to: &snapshot)
        report(.service("web"), .unhealthy, at: 1000, to: &snapshot)
        #expect(status(snapshot, at: 1000) == .deploying)
        #expect(status(snapshot, at: 1050) == .deploying)
        #expect(status(snapshot, at: 1051) == .failed)
        report(.service("web"), .ready, at: 1060, to: &snapshot)
        #expect(status(snapshot, at: 1060) == .ready)
    }

    @Test func `the deadline comes as a date at which to look again`() throws {
        var snapshot = snapshot()
        _ = ask(&snapshot, at: 0)
        report(.namespace, .ready, at: 1, to: &snapshot)
        _ = ask(&snapshot, at: 1)
        var now = 1.0
        for _ in 0..<20 where status(snapshot, at: now) != .failed {
            let next = try #require(snapshot.nextDeadline(now: at(now), policy: policy))
            #expect(next > at(now))
            now = next.timeIntervalSince(start)
            _ = ask(&snapshot, at: now)
        }
        #expect(status(snapshot, at: now) == .failed)
        #expect(now < 61.1)
        #expect(snapshot.failure(now: at(now), policy: policy)?.reason == "NoAnswer")
    }

    @Test func `an address has the whole deadline from when the service behind it is ready`() throws {
        var snapshot = snapshot(externalDNS: true)
        _ = ask(&snapshot, at: 0)
        report(.namespace, .ready, at: 1, to: &snapshot)
        #expect(ask(&snapshot, at: 1) == [.service("web"), .address("web")])
        for seconds in [2.0, 50, 90] { report(.address("web"), .working, at: seconds, to: &snapshot) }
        report(.service("web"), .ready, at: 55, to: &snapshot)
        #expect(status(snapshot, at: 100) == .deploying, "the service was ready in time")
        report(.service("web"), .ready, at: 110, to: &snapshot)
        #expect(status(snapshot, at: 115) == .deploying)
        let deadline = try #require(snapshot.nextDeadline(now: at(114), policy: policy))
        #expect(deadline < at(116), "the deadline is looked at")
        #expect(status(snapshot, at: 116) == .failed)
    }

    /// A preview of which one database was asked for a second after its creation.
    private func cloning() -> PreviewSnapshot {
        let source = DatabaseReference(namespace: "shop", cluster: "orders-db")
        var snapshot = snapshot(databases: [PreviewDatabase(name: "orders-db", source: source)])
        _ = ask(&snapshot, at: 0)
        report(.namespace, .ready, at: 1, to: &snapshot)
        _ = ask(&snapshot, at: 1)
        report(.service("web"), .ready, at: 2, to: &snapshot)
        return snapshot
    }

    private func report(
        cloning method: String, at seconds: TimeInterval, begunAt: TimeInterval? = nil,
        to snapshot: inout PreviewSnapshot
    ) {
        snapshot.record(
            DatabaseCloning(
                preview: snapshot.preview.reference, database: "orders-db", observedAt: at(seconds), method: method,
                message: "words", begunAt: begunAt.map(at)))
    }

    @Test func `a clone has the whole deadline from when its turn came`() throws {
        var snapshot = cloning()
        for seconds in [2.0, 90, 180, 250] { report(cloning: DatabaseCloning.waiting, at: seconds, to: &snapshot) }
        #expect(status(snapshot, at: 349) == .deploying)
        var silent = snapshot
        #expect(status(silent, at: 351) == .failed, "nothing was said of its turn any more")
        report(cloning: DatabaseCloning.waiting, at: 352, to: &silent)
        #expect(status(silent, at: 353) == .deploying)
        // It is its turn, and that it is copied is said now and then.
        for seconds in [301.0, 330, 380] {
            report(cloning: "pg_basebackup", at: seconds, begunAt: 300, to: &snapshot)
        }
        #expect(status(snapshot, at: 400) == .deploying)
        var now = 380.0
        while status(snapshot, at: now) != .failed {
            let next = try #require(snapshot.nextDeadline(now: at(now), policy: policy))
            now = next.timeIntervalSince(start)
        }
        #expect((400..<401).contains(now), "\(now)")
    }

    @Test func `a clone that did not wait has its deadline from when it was asked for`() {
        var snapshot = cloning()
        for seconds in [2.0, 60, 100] { report(cloning: "pg_basebackup", at: seconds, begunAt: 1, to: &snapshot) }
        #expect(status(snapshot, at: 101) == .deploying)
        #expect(status(snapshot, at: 102) == .failed)
        // So said a db-cloner of before.
        report(cloning: "pg_basebackup", at: 101, to: &snapshot)
        #expect(status(snapshot, at: 102) == .failed)
    }

    @Test func `an address that waits for its service fails only with it, and where nobody answers for it`() throws {
        var snapshot = snapshot(externalDNS: true)
        _ = ask(&snapshot, at: 0)
        report(.namespace, .ready, at: 1, to: &snapshot)
        _ = ask(&snapshot, at: 1)
        report(.service("web"), .working, at: 2, to: &snapshot)
        report(.address("web"), .working, at: 2, to: &snapshot)
        #expect(snapshot.current(.address("web"), now: at(1000), policy: policy)?.state == .working)
        #expect(snapshot.current(.service("web"), now: at(1000), policy: policy)?.state == .failed)
        var unanswered = snapshot
        unanswered.facts = PreviewFacts(snapshot.facts.all.filter { $0.part != .address("web") })
        #expect(unanswered.current(.address("web"), now: at(62), policy: policy)?.failure?.reason == "NoAnswer")
    }

    @Test func `a failure names the part, the cause and the last log lines`() {
        var snapshot = ready()
        report(.service("web"), .failed, at: 3, to: &snapshot)
        #expect(status(snapshot, at: 3) == .failed)
        let message = snapshot.message(now: at(3), policy: policy)
        for piece in ["service web", "It exits.", "boom"] { #expect(message.contains(piece)) }
    }

    @Test func `a retry forgets failures from before and asks again, once`() throws {
        var snapshot = ready()
        report(.service("web"), .failed, at: 3, to: &snapshot)
        try snapshot.retry(now: at(4), policy: policy)
        #expect(status(snapshot, at: 4) == .deploying)
        #expect(ask(&snapshot, at: 4) == [.service("web")])
        // As it is loaded again from what was stored.
        let loaded = PreviewSnapshot(
            preview: snapshot.preview, facts: snapshot.facts, requests: Array(snapshot.requests.values))
        #expect(loaded.nextSteps(now: at(5), policy: policy).isEmpty)
        report(.service("web"), .failed, at: 3.5, to: &snapshot)
        #expect(status(snapshot, at: 5) == .deploying)
        report(.service("web"), .ready, at: 6, to: &snapshot)
        #expect(status(snapshot, at: 6) == .ready)
    }

    @Test func `a retry after the namespace was lost makes everything anew`() throws {
        var snapshot = ready()
        #expect(status(snapshot, at: 2) == .ready)
        report(.namespace, .failed, at: 3, to: &snapshot)
        #expect(status(snapshot, at: 3) == .failed)
        try snapshot.retry(now: at(4), policy: policy)
        #expect(ask(&snapshot, at: 4) == [.namespace])
        report(.namespace, .ready, at: 5, to: &snapshot)
        // What was seen in the namespace that is gone says nothing of the new one.
        #expect(status(snapshot, at: 5) == .deploying)
        #expect(ask(&snapshot, at: 5) == [.service("web")])
        report(.service("web"), .ready, at: 6, to: &snapshot)
        #expect(status(snapshot, at: 6) == .ready)
    }

    @Test func `promoted stays promoted, whatever is reported later`() throws {
        var snapshot = ready()
        try snapshot.approve(service: nil, by: "someone", now: at(3), policy: policy)
        #expect(ask(&snapshot, at: 3) == [.promotion("web")])
        report(.promotion("web"), .ready, at: 4, to: &snapshot)
        report(.promotion("web"), .failed, at: 5, to: &snapshot)
        report(.service("web"), .failed, at: 5, to: &snapshot)
        #expect(status(snapshot, at: 5) == .completed)
    }

    @Test func `an update of a service whose promotion failed is another attempt`() throws {
        var snapshot = ready()
        try snapshot.approve(service: nil, by: "someone", now: at(3), policy: policy)
        _ = ask(&snapshot, at: 3)
        report(.promotion("web"), .failed, at: 4, to: &snapshot)
        #expect(status(snapshot, at: 4) == .approved)
        var service = snapshot.preview.services[0]
        service.targetVersion = "3"
        #expect(try snapshot.update(services: [service], now: at(5), policy: policy))
        #expect(snapshot.preview.generation == 2)
        #expect(status(snapshot, at: 5) == .deploying)
        #expect(ask(&snapshot, at: 5) == [.service("web")])
        report(.service("web"), .ready, at: 6, generation: 2, to: &snapshot)
        try snapshot.approve(service: nil, by: "someone", now: at(7), policy: policy)
        #expect(status(snapshot, at: 7) == .approved)
        let steps = snapshot.nextSteps(now: at(7), policy: policy)
        #expect(steps == [Step(part: .promotion("web"), generation: 2, attempt: 1)])
    }

    @Test func `an update that changes nothing withdraws nothing`() throws {
        var snapshot = ready()
        try snapshot.approve(service: "web", by: "someone", now: at(3), policy: policy)
        let before = snapshot
        #expect(try !snapshot.update(services: snapshot.preview.services, ttl: 3600, now: at(4), policy: policy))
        #expect(snapshot == before)
    }

    @Test func `a cleanup that is stuck says what is stuck, is tried on, and can still be done`() throws {
        var snapshot = ready()
        try snapshot.end(Ending(kind: .rejected, by: "someone", at: at(3), reason: "slow"), policy: policy)
        #expect(ask(&snapshot, at: 3).count == 4)
        for participant in CleanupParticipant.allCases where participant != .reaper {
            report(.cleanup(participant), .ready, at: 4, to: &snapshot)
        }
        #expect(snapshot.cleanupState(now: at(4), policy: policy) == .running)
        #expect(snapshot.cleanupState(now: at(34), policy: policy) == .stuck)
        #expect(snapshot.stuckObjects(now: at(34), policy: policy).count == 1)
        #expect(ask(&snapshot, at: 34) == [.cleanup(.reaper)])
        report(.cleanup(.reaper), .ready, at: 40, to: &snapshot)
        #expect(snapshot.cleanupState(now: at(40), policy: policy) == .done)
        #expect(snapshot.nextSteps(now: at(1000), policy: policy).isEmpty)
        #expect(snapshot.nextDeadline(now: at(1000), policy: policy) == nil)
    }

    @Test func `nothing is approved, ended or updated against the rules`() throws {
        var snapshot = snapshot()
        #expect(throws: TransitionRefusal.notReady(.pending, service: nil)) {
            try snapshot.approve(service: nil, by: "a", now: at(0), policy: policy)
        }
        #expect(throws: TransitionRefusal.unknownService("db")) {
            try snapshot.approve(service: "db", by: "a", now: at(0), policy: policy)
        }
        #expect(throws: TransitionRefusal.nothingToRetry(.pending)) {
            try snapshot.retry(now: at(0), policy: policy)
        }
        try snapshot.end(Ending(kind: .tornDown, by: "a", at: at(1)), policy: policy)
        #expect(throws: TransitionRefusal.ended(.tornDown)) {
            try snapshot.end(Ending(kind: .rejected, by: "a", at: at(2)), policy: policy)
        }
        #expect(throws: TransitionRefusal.ended(.tornDown)) {
            try snapshot.update(ttl: 7200, now: at(2), policy: policy)
        }
        #expect(throws: TransitionRefusal.ended(.tornDown)) {
            try snapshot.approve(service: nil, by: "a", now: at(2), policy: policy)
        }
    }

    @Test func `a failure does not say again which part it is of`() {
        let failure = Failure(reason: "X", message: "Service orders: the image is gone.", nextStep: "Look for it.")
        #expect(failure.message(of: .service("orders")) == "the image is gone.")
        #expect(failure.explanation(of: .service("orders")) == "the image is gone. Look for it.")
        #expect(failure.message(of: .service("order")) == failure.message)
        #expect(failure.message(of: .database("orders")) == failure.message)
    }
}
