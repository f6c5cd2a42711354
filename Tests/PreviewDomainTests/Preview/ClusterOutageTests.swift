import Foundation
import PreviewDomain
import Testing

@Suite struct ClusterOutageTests {
    private let policy = PreviewPolicy(readyDeadline: 60, databaseDeadline: 100, cleanupDeadline: 30)
    private let start = Date(timeIntervalSince1970: 1_780_000_000)

    private func at(_ seconds: TimeInterval) -> Date { start.addingTimeInterval(seconds) }

    private func snapshot() -> PreviewSnapshot {
        let service = ServiceSpecification(
            name: "web", application: .init(namespace: "shop", name: "web"), sourceVersion: "1", targetVersion: "2",
            externalDNS: false)
        let preview = Preview(
            id: .random(), organization: .default, name: "any", cluster: "second", origin: .api, createdBy: "someone",
            createdAt: start, ttl: 3600, services: [service], databases: [])
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

    private func report(_ part: Part, _ state: PartState, at seconds: TimeInterval, to snapshot: inout PreviewSnapshot)
    {
        snapshot.facts.record(Fact(part: part, generation: 1, state: state, observedAt: at(seconds)))
    }

    private func observe(_ status: ClusterStatus, at seconds: TimeInterval, by snapshot: inout PreviewSnapshot) {
        let observed = ClusterObserved(
            cluster: "second", status: status, since: at(seconds),
            problem: status == .unreachable ? "connection refused" : nil, observedAt: at(seconds))
        snapshot.cluster.record(observed, now: at(seconds))
    }

    @Test func `a preview of a cluster that is away asks for nothing and says what it waits for`() {
        var snapshot = snapshot()
        observe(.unreachable, at: 0, by: &snapshot)
        #expect(ask(&snapshot, at: 1) == [])
        #expect(snapshot.nextDeadline(now: at(1), policy: policy) == nil)
        #expect(snapshot.status(now: at(9999), policy: policy) == .pending)
        #expect(
            snapshot.message(now: at(1), policy: policy).hasPrefix(
                "The cluster second cannot be reached since 2026-05-28T20:26:40.000Z (connection refused); it goes on"))
        observe(.reachable, at: 10_000, by: &snapshot)
        #expect(ask(&snapshot, at: 10_000) == [.namespace])
    }

    @Test func `what was asked for before is asked for again the moment that the cluster is back, and once`() {
        var snapshot = snapshot()
        #expect(ask(&snapshot, at: 0) == [.namespace])
        observe(.unreachable, at: 5, by: &snapshot)
        #expect(ask(&snapshot, at: 50) == [])
        observe(.reachable, at: 51, by: &snapshot)
        #expect(ask(&snapshot, at: 51) == [.namespace])
        #expect(ask(&snapshot, at: 52) == [])
    }

    @Test(arguments: [ClusterStatus.slow, .reachable, .unknown])
    func `any other status means that it is back`(status: ClusterStatus) {
        var condition = ClusterCondition(awaySince: start, problem: "refused")
        condition.record(
            ClusterObserved(cluster: "a", status: status, since: at(5), observedAt: at(5)), now: at(6))
        #expect(condition == ClusterCondition(backSince: at(6)))
    }

    @Test func `time in which the cluster was away does not count towards a deadline`() {
        var snapshot = snapshot()
        _ = ask(&snapshot, at: 0)
        observe(.unreachable, at: 5, by: &snapshot)
        #expect(snapshot.status(now: at(3600), policy: policy) == .pending)
        observe(.reachable, at: 3600, by: &snapshot)
        #expect(snapshot.status(now: at(3601), policy: policy) == .pending)
        #expect(snapshot.status(now: at(3661), policy: policy) == .failed)
    }

    @Test func `a preview that was ready stays so, also where a part was last seen not to work`() {
        var snapshot = snapshot()
        _ = ask(&snapshot, at: 0)
        report(.namespace, .ready, at: 1, to: &snapshot)
        _ = ask(&snapshot, at: 1)
        report(.service("web"), .ready, at: 2, to: &snapshot)
        observe(.unreachable, at: 10, by: &snapshot)
        #expect(snapshot.status(now: at(9999), policy: policy) == .ready)
        #expect(
            snapshot.message(now: at(11), policy: policy).hasSuffix(
                "Last known: Every service is healthy. Approve it to promote, or reject it."))
        report(.service("web"), .unhealthy, at: 11, to: &snapshot)
        #expect(snapshot.status(now: at(9999), policy: policy) == .deploying)
    }

    @Test func `a report is kept of a cluster's applications when it can't be read any more`() {
        var catalogue = Catalogue()
        let application = Application(
            cluster: "second", namespace: "shop", name: "web", currentVersion: "1", image: "web:1", replicas: 1,
            managedBy: .helm)
        catalogue.record(
            CatalogueChanged(
                cluster: "second", version: "v1.36.2", applications: [application], observedAt: at(0),
                sealingKey: "key"))
        catalogue.record(
            CatalogueChanged(
                cluster: "second", version: nil, applications: [], observedAt: at(9), problem: "no answer"))
        let cluster = catalogue.clusters["second"]
        #expect(cluster?.applications.count == 1)
        #expect(cluster?.version == "v1.36.2")
        #expect(cluster?.sealingKey == "key")
        #expect(cluster?.problem == "no answer")
        #expect(cluster?.lastSeen == at(0))
        // That there are none is another thing than that they can't be read.
        catalogue.record(CatalogueChanged(cluster: "second", version: nil, applications: [], observedAt: at(10)))
        #expect(catalogue.clusters["second"]?.applications.isEmpty == true)
    }

    @Test func `a cluster of which nothing was said for a while is unknown`() {
        var catalogue = Catalogue()
        catalogue.record(
            ClusterObserved(cluster: "a", status: .reachable, since: at(0), observedAt: at(0)), heardAt: at(0))
        #expect(catalogue.clusters["a"]?.status(now: at(30)) == .reachable)
        #expect(catalogue.clusters["a"]?.status(now: at(90)) == .unknown)
        // One that is older changes nothing.
        let isNews = catalogue.record(
            ClusterObserved(cluster: "a", status: .slow, since: at(0), observedAt: at(0)), heardAt: at(50))
        #expect(!isNews)
        catalogue.record(
            ClusterObserved(cluster: "a", status: .unreachable, since: at(5), observedAt: at(60)), heardAt: at(60))
        #expect(catalogue.clusters["a"]?.status(now: at(90)) == .unreachable)
        #expect(catalogue.clusters["a"]?.lastSeen == at(0))
    }

    @Test(arguments: [-3600.0, 3600]) func `the clock of who observes a cluster need not be right`(skew: Double) {
        var catalogue = Catalogue()
        catalogue.record(
            ClusterObserved(cluster: "a", status: .reachable, since: at(skew), observedAt: at(skew)), heardAt: at(0))
        #expect(catalogue.clusters["a"]?.status(now: at(89)) == .reachable)
        #expect(catalogue.clusters["a"]?.status(now: at(90)) == .unknown)
        catalogue.record(
            CatalogueChanged(cluster: "a", version: nil, applications: [], observedAt: at(skew + 100)))
        #expect(catalogue.clusters["a"]?.status(now: at(100)) == .unknown, "that tells of applications only")
    }
}
