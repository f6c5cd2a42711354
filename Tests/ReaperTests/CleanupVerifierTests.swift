import Foundation
import Logging
import Shared
import TestSupport
import Testing

@testable import Reaper

/// Against a real API server: what is there, what is gone, what was left behind.
@Suite(.timeLimit(.minutes(2))) struct CleanupVerifierTests {
    /// A preview of a test's own, with its namespace.
    private struct Site: Sendable {
        let client: KubernetesClient
        let store: ReaperStore
        let preview: PreviewReference
        let search: ClusterSearch

        init() async throws {
            client = try await DevClusterProcess.shared().client(fieldManager: "tests")
            store = try Fixtures.store()
            preview = PreviewReference(id: .random(), organization: .default, cluster: "local")
            search = ClusterSearch(name: "local", client: client, logger: Logger(label: "test"))
            var namespace = KubernetesObject(type: .namespaces, name: preview.namespace, labels: labels)
            namespace.labels["kubernetes.io/metadata.name"] = nil
            _ = try await client.create(namespace, as: .namespaces)
            _ = try await store.plan(planned([namespace.objectReference(on: "local")]))
        }

        var labels: [String: String] { PreviewLabels.labels(for: preview) }

        func planned(_ objects: [ObjectReference]) -> ResourcePlanned {
            ResourcePlanned(preview: preview, objects: objects, madeBy: "provisioner", plannedAt: Date())
        }

        /// Makes a ConfigMap, in the ledger or not.
        @discardableResult
        func make(
            _ name: String, in namespace: String, labels: [String: String]? = nil, isPlanned: Bool = true,
            finalizers: [String] = []
        ) async throws -> ObjectReference {
            var object = KubernetesObject(
                type: .configMaps, name: name, namespace: namespace, labels: labels ?? self.labels)
            object.finalizers = finalizers
            let reference = object.objectReference(on: "local")
            if isPlanned { _ = try await store.plan(planned([reference])) }
            _ = try await client.create(object, as: .configMaps)
            return reference
        }

        func requestCleanup() async throws {
            try await store.requestCleanup(
                CleanupRequested(preview: preview, reason: .tornDown), traceParent: nil, now: Date())
        }

        func verifier(grace: Duration = .zero, stuckAfter: Duration = .seconds(600)) -> CleanupVerifier {
            CleanupVerifier(
                store: store, searches: ["local": search],
                settings: VerificationSettings(leftoverGrace: grace, stuckAfter: stuckAfter),
                logger: Logger(label: "test"))
        }

        /// Verifies until a message comes out.
        func settle(_ verifier: CleanupVerifier) async throws -> any MessagePayload {
            try #require(
                try await eventually {
                    _ = try await verifier.verify(preview.id, now: Date())
                    return try await store.outgoing().last
                })
        }
    }

    @Test func `nothing is complete while the namespace is there, and all is when it has gone`() async throws {
        let site = try await Site()
        try await site.make("settings", in: site.preview.namespace)
        try await site.requestCleanup()
        let patient = site.verifier(grace: .seconds(600))
        #expect(try await patient.verify(site.preview.id, now: Date()) == .growing)
        #expect(try await site.store.outgoing().isEmpty)

        try await site.client.delete(.namespaces, name: site.preview.namespace)
        let completed = try #require(try await site.settle(patient) as? CleanupCompleted)
        #expect(completed.removed.map(\.object.kind).sorted() == ["ConfigMap", "Namespace"])
        #expect(try await site.client.get(.namespaces, name: site.preview.namespace) == nil)
    }

    @Test func `what nobody announced is found by its labels, removed, and put on the receipt`() async throws {
        let site = try await Site()
        let elsewhere = try await site.make("stray-\(site.preview.id)", in: "default", isPlanned: false)
        try await site.client.delete(.namespaces, name: site.preview.namespace)
        try await site.requestCleanup()
        let completed = try #require(try await site.settle(site.verifier()) as? CleanupCompleted)
        let entry = try #require(completed.removed.first { $0.object == elsewhere })
        #expect(entry.madeBy == LedgerEntry.unknownMaker)
        #expect(try await site.client.get(.configMaps, name: elsewhere.name, namespace: "default") == nil)
    }

    @Test func `a namespace that nobody removes is removed after the grace`() async throws {
        let site = try await Site()
        try await site.make("settings", in: site.preview.namespace)
        try await site.requestCleanup()
        _ = try #require(try await site.settle(site.verifier()) as? CleanupCompleted)
        #expect(try await site.client.get(.namespaces, name: site.preview.namespace) == nil)
    }

    @Test func `somebody else's object of a planned name is left alone and stands in nobody's way`() async throws {
        let site = try await Site()
        let name = "shared-\(site.preview.id)"
        let reference = try await site.make(name, in: "default", labels: ["app": "theirs"])
        try await site.client.delete(.namespaces, name: site.preview.namespace)
        try await site.requestCleanup()
        _ = try #require(try await site.settle(site.verifier()) as? CleanupCompleted)
        #expect(try await site.client.get(.configMaps, name: reference.name, namespace: "default") != nil)
        try await site.client.delete(.configMaps, name: name, namespace: "default")
    }

    @Test func `what a finalizer holds is named with it, and completes when it lets go`() async throws {
        let site = try await Site()
        let held = try await site.make(
            "held-\(site.preview.id)", in: "default", finalizers: ["example.com/slow"])
        try await site.client.delete(.namespaces, name: site.preview.namespace)
        try await site.requestCleanup()
        let failed = try #require(
            try await site.settle(site.verifier(stuckAfter: .zero)) as? CleanupFailed)
        _ = failed
        let report = try #require(
            try await eventually { () async throws -> StuckObject? in
                _ = try await site.verifier(stuckAfter: .zero).verify(
                    site.preview.id, now: Date().addingTimeInterval(60))
                let failures = try await site.store.outgoing().compactMap { $0 as? CleanupFailed }
                return failures.last?.stuck.first { $0.object == held && $0.failure.reason == "FinalizerPending" }
            })
        #expect(report.failure.message.contains("example.com/slow"))

        _ = try await site.client.patch(
            .configMaps, name: held.name, namespace: "default", .merge(["metadata": ["finalizers": .null]]))
        let completed = try await eventually { () async throws -> CleanupCompleted? in
            _ = try await site.verifier().verify(site.preview.id, now: Date())
            return try await site.store.outgoing().last as? CleanupCompleted
        }
        #expect(completed?.removed.contains { $0.object == held } == true)
    }

    @Test func `a reaper that may not look says so with the next step, and goes on when it may`() async throws {
        let site = try await Site()
        try await site.requestCleanup()
        var access = try KubernetesConfiguration.load(kubeconfig: try await DevClusterProcess.shared().kubeconfig)
        access.impersonation = Impersonation(user: "reaper-\(site.preview.id)")
        let refused = ClusterSearch(
            name: "local", client: KubernetesClient(configuration: access, fieldManager: "reaper"),
            logger: Logger(label: "test"))
        let verifier = CleanupVerifier(
            store: site.store, searches: ["local": refused],
            settings: VerificationSettings(leftoverGrace: .zero, stuckAfter: .seconds(600)),
            logger: Logger(label: "test"))
        #expect(try await verifier.verify(site.preview.id, now: Date().addingTimeInterval(1)) == .growing)
        let failed = try #require(try await site.store.outgoing().last as? CleanupFailed)
        #expect(failed.failure.reason == "Forbidden")
        #expect(failed.failure.message.contains("reaper-\(site.preview.id)"))
        #expect(failed.failure.nextStep != nil)
        let completed = try await eventually { () async throws -> CleanupCompleted? in
            _ = try await site.verifier().verify(site.preview.id, now: Date())
            return try await site.store.outgoing().last as? CleanupCompleted
        }
        #expect(completed != nil)
    }

    @Test func `objects of another preview are never touched`() async throws {
        let (ended, living) = (try await Site(), try await Site())
        try await living.make("settings", in: living.preview.namespace)
        try await ended.requestCleanup()
        _ = try #require(try await ended.settle(ended.verifier()) as? CleanupCompleted)
        #expect(
            try await living.client.get(.configMaps, name: "settings", namespace: living.preview.namespace)?
                .isBeingDeleted == false)
        try await living.client.delete(.namespaces, name: living.preview.namespace)
    }

    @Test func `a sweep hands what an ended preview left behind to verification, and nothing else`() async throws {
        let (ended, living) = (try await Site(), try await Site())
        let store = ended.store
        for (site, status) in [(ended, PreviewStatus.tornDown), (living, .ready)] {
            var summary = try Fixtures.summary(status)
            summary.reference = site.preview
            try await store.observe(
                summary, key: status == .tornDown ? PreviewCleaned.key : PreviewReady.key,
                at: Date().addingTimeInterval(-3600))
        }
        let verification = CleanupVerification(
            store: store, searches: ["local": ended.search],
            settings: VerificationSettings(leftoverGrace: .zero, stuckAfter: .seconds(600)),
            logger: Logger(label: "test"))
        let sweep = OrphanSweep(
            store: store, searches: ["local": ended.search], verification: verification,
            settings: .init(sweepInterval: .seconds(60), unknownGrace: .zero, retention: .seconds(86400)),
            logger: Logger(label: "test"))
        #expect(try await sweep.sweep(ended.search, now: Date()) == [ended.preview.id])
        #expect(try await store.openCleanups() == [ended.preview.id])
        _ = try #require(try await ended.settle(ended.verifier()) as? CleanupCompleted)
        #expect(try await living.client.get(.namespaces, name: living.preview.namespace)?.isBeingDeleted == false)
        try await living.client.delete(.namespaces, name: living.preview.namespace)
    }
}
