import Foundation
import Logging
import Shared
import Testing

@testable import Reaper

@Suite struct ReaperStoreTests {
    private let start = Fixtures.start

    private func request() throws -> CleanupRequested {
        CleanupRequested(preview: try Fixtures.reference(), reason: .tornDown)
    }

    @Test func `a plan that comes twice is one entry`() async throws {
        let store = try Fixtures.store()
        for _ in 0..<2 { _ = try await store.plan(try Fixtures.planned("a", "b")) }
        #expect(try await store.entries(of: Fixtures.id()).map(\.object.name) == ["a", "b"])
    }

    @Test func `objects outside of namespaces are kept as such`() async throws {
        let store = try Fixtures.store()
        let namespace = Fixtures.object("preview-bcdf2345", kind: "Namespace", namespace: nil)
        _ = try await store.plan(
            ResourcePlanned(
                preview: try Fixtures.reference(), objects: [namespace], madeBy: "provisioner", plannedAt: start))
        #expect(try await store.entries(of: Fixtures.id()).map(\.object) == [namespace])
    }

    @Test func `a removal that was planned again since does not count`() async throws {
        let store = try Fixtures.store()
        _ = try await store.plan(try Fixtures.planned("a", at: 100))
        let stale = ResourceRemoved(
            preview: try Fixtures.reference(), objects: [Fixtures.object("a")], removedBy: "provisioner",
            verifiedAt: start.addingTimeInterval(50))
        try await store.remove(stale)
        #expect(try await store.entries(of: Fixtures.id()).first?.removedAt == nil)
        var fresh = stale
        fresh.verifiedAt = start.addingTimeInterval(150)
        try await store.remove(fresh)
        #expect(try await store.entries(of: Fixtures.id()).first?.removedAt == start.addingTimeInterval(150))
    }

    @Test func `a cleanup completes only when every object is verified gone, and lists them all`() async throws {
        let store = try Fixtures.store()
        _ = try await store.plan(try Fixtures.planned("a", "b"))
        try await store.requestCleanup(try request(), traceParent: nil, now: start)
        try await store.verify([Fixtures.object("a")], of: Fixtures.id(), at: start.addingTimeInterval(1))
        #expect(try await !store.completeCleanup(of: Fixtures.id(), now: start.addingTimeInterval(2)))
        #expect(try await store.outgoing().isEmpty)

        try await store.verify([Fixtures.object("b")], of: Fixtures.id(), at: start.addingTimeInterval(3))
        #expect(try await store.completeCleanup(of: Fixtures.id(), now: start.addingTimeInterval(4)))
        let completed = try #require(try await store.outgoing().last as? CleanupCompleted)
        #expect(completed.participant == .reaper)
        #expect(completed.removed.map(\.object.name).sorted() == ["a", "b"])
        #expect(completed.removed.allSatisfy { $0.madeBy == "provisioner" })
        #expect(try await store.openCleanups().isEmpty)
    }

    @Test func `completing twice tells once, and a repeated request is answered with the same receipt`() async throws {
        let store = try Fixtures.store()
        _ = try await store.plan(try Fixtures.planned("a"))
        try await store.requestCleanup(try request(), traceParent: nil, now: start)
        try await store.verify([Fixtures.object("a")], of: Fixtures.id(), at: start)
        for _ in 0..<2 { #expect(try await store.completeCleanup(of: Fixtures.id(), now: start)) }
        #expect(try await store.outgoing().count == 1)
        try await store.requestCleanup(try request(), traceParent: nil, now: start.addingTimeInterval(60))
        let answers = try await store.outgoing().compactMap { $0 as? CleanupCompleted }
        #expect(answers.count == 2)
        #expect(answers.first == answers.last)
    }

    @Test func `what is planned after the end opens the cleanup again`() async throws {
        let store = try Fixtures.store()
        try await store.requestCleanup(try request(), traceParent: nil, now: start)
        #expect(try await store.completeCleanup(of: Fixtures.id(), now: start))
        #expect(try await store.plan(try Fixtures.planned("late", at: 5)))
        #expect(try await store.openCleanups() == [Fixtures.id()])
        try await store.verify([Fixtures.object("late")], of: Fixtures.id(), at: start.addingTimeInterval(6))
        #expect(try await store.completeCleanup(of: Fixtures.id(), now: start.addingTimeInterval(7)))
        let last = try #require(try await store.outgoing().last as? CleanupCompleted)
        #expect(last.removed.map(\.object.name) == ["late"])
        // The broker may bring the plan again; it was dealt with.
        #expect(try await !store.plan(try Fixtures.planned("late", at: 5)))
    }

    @Test func `what is planned while the reaper looks is not verified by that look`() async throws {
        let store = try Fixtures.store()
        _ = try await store.plan(try Fixtures.planned("a", "b", at: 0))
        try await store.requestCleanup(try request(), traceParent: nil, now: start)
        let looked = try await store.entries(of: Fixtures.id())
        // The one who plans may have a clock that is behind.
        _ = try await store.plan(try Fixtures.planned("a", at: 1))
        try await store.verify(looked, of: Fixtures.id(), at: start.addingTimeInterval(60))
        let verified = try await store.entries(of: Fixtures.id()).filter { $0.verifiedAt != nil }
        #expect(verified.map(\.object.name) == ["b"])
        #expect(try await !store.completeCleanup(of: Fixtures.id(), now: start.addingTimeInterval(61)))
    }

    @Test func `what is stuck is told at most twice a minute, with what is gone already`() async throws {
        let store = try Fixtures.store()
        _ = try await store.plan(try Fixtures.planned("a", "b"))
        try await store.requestCleanup(try request(), traceParent: nil, now: start)
        try await store.verify([Fixtures.object("a")], of: Fixtures.id(), at: start)
        let stuck = StuckObject(
            object: Fixtures.object("b"),
            failure: Failure(reason: "FinalizerPending", message: "waits", nextStep: "look"))
        for seconds in [0.0, 10, 29, 31] {
            try await store.reportStuck([stuck], of: Fixtures.id(), now: start.addingTimeInterval(seconds))
        }
        let reports = try await store.outgoing().compactMap { $0 as? CleanupFailed }
        #expect(reports.count == 2)
        #expect(reports.first?.stuck == [stuck])
        #expect(reports.first?.removed.map(\.object.name) == ["a"])
        #expect(reports.first?.failure.nextStep == "look")
    }

    @Test func `an expiry is told when it is due, with the message in the same transaction`() async throws {
        let store = try Fixtures.store()
        try await store.observe(try Fixtures.summary(), key: PreviewCreated.key, at: start)
        let due = start.addingTimeInterval(3600)
        #expect(try await store.reportExpiry(of: Fixtures.id(), now: start) == due)
        #expect(try await store.outgoing().isEmpty)
        #expect(try await store.reportExpiry(of: Fixtures.id(), now: due) == due.addingTimeInterval(15))
        let told = try #require(try await store.outgoing().first as? ExpiryDue)
        #expect(told.expiresAt == due)
        #expect(told.preview == (try Fixtures.reference()))
        #expect(try await store.previewsWithTimers() == [Fixtures.id()])
        try await store.observe(try Fixtures.summary(.expired), key: PreviewExpired.key, at: due)
        #expect(try await store.reportExpiry(of: Fixtures.id(), now: due.addingTimeInterval(60)) == nil)
        #expect(try await store.previewsWithTimers().isEmpty)
    }

    @Test func `a cleaned preview is forgotten after its retention, with its ledger`() async throws {
        let store = try Fixtures.store()
        _ = try await store.plan(try Fixtures.planned("a"))
        try await store.observe(try Fixtures.summary(.tornDown), key: PreviewCleaned.key, at: start)
        #expect(try await store.forget(cleanedBefore: start).isEmpty)
        #expect(try await store.forget(cleanedBefore: start.addingTimeInterval(1)) == [Fixtures.id()])
        #expect(try await store.entries(of: Fixtures.id()).isEmpty)
        #expect(try await store.record(of: Fixtures.id()) == nil)
    }

    @Test func `what was stored is there after a restart`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "reaper-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func open() throws -> ReaperStore {
            ReaperStore(
                database: try ServiceDatabase(
                    path: folder.appending(path: "reaper.sqlite").path, migrations: ReaperSchema.migrations,
                    logger: Logger(label: "test")))
        }
        let first = try open()
        _ = try await first.plan(try Fixtures.planned("a"))
        try await first.observe(try Fixtures.summary(), key: PreviewCreated.key, at: start)
        try await first.requestCleanup(try request(), traceParent: "00-1-2-01", now: start)
        let (entries, record) = (
            try await first.entries(of: Fixtures.id()), try await first.record(of: Fixtures.id())
        )
        try first.database.close()

        let second = try open()
        #expect(try await second.entries(of: Fixtures.id()) == entries)
        #expect(try await second.record(of: Fixtures.id()) == record)
        #expect(try await second.openCleanups() == [Fixtures.id()])
        #expect(try await second.cleanup(of: Fixtures.id())?.traceParent == "00-1-2-01")
    }
}

@Suite struct KindDiscoveryTests {
    @Test(arguments: [
        (["list", "delete", "get"], "things", "Thing", "example.com", true),
        (["get", "delete"], "things", "Thing", "example.com", false),
        (["create"], "tokenreviews", "TokenReview", "authentication.k8s.io", false),
        (["list", "delete"], "events", "Event", "events.k8s.io", false),
        (["list", "delete"], "pods", "PodMetrics", "metrics.k8s.io", false),
    ])
    func `only what is stored and can be listed and deleted is searched`(
        verbs: [String], plural: String, kind: String, group: String, isSearched: Bool
    ) {
        let type = ResourceType(group: group, version: "v1", plural: plural, kind: kind)
        #expect(KindDiscovery.isSearched(ServedType(type, verbs: Set(verbs))) == isSearched)
    }

    @Test func `a search names the previews it is about`() throws {
        #expect(
            LabelSweep.selector(for: [try Fixtures.id("bcdf2345"), try Fixtures.id("zzzz2345")]).description
                == "app.kubernetes.io/managed-by=understudy,understudy.dev/preview in (bcdf2345,zzzz2345)")
        #expect(
            LabelSweep.selector(for: nil).description
                == "app.kubernetes.io/managed-by=understudy,understudy.dev/preview")
    }
}
