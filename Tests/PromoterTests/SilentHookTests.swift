import Foundation
import Helm
import KubernetesClient
import Logging
import PreviewDomain
import ServiceRuntime
import TestSupport
import Testing

@testable import Promoter

/// Promotions by the real Helm, of which the cluster's answers do not all come through.
@Suite(.timeLimit(.minutes(6))) struct SilentHookTests {
    /// An application in a production of its own, and the request to carry another version there.
    private struct Site {
        let process: DevClusterProcess
        let client: KubernetesClient
        let records: PromotionRecords
        let request: PromotionRequested
        let messages = PublishedMessages(service: "promoter")

        /// - Parameters:
        ///   - migration: what the version's migration does, in the shell's words.
        ///   - former: the same of the version that runs.
        ///   - hooks: when which Jobs migrate, by their names.
        init(
            migration: String, former: String = "exit 0", hooks: [String: String] = ["pair-migrate": "pre-upgrade"]
        ) async throws {
            process = try await DevClusterProcess.shared()
            client = try process.client(fieldManager: "promoter")
            let application = try MigratedApplication(
                "promoted", migration: migration, former: former, on: process)
            let version = application.version
            let (production, system) = ("promoted-\(version)", "system-\(version)")
            for name in [production, system] {
                _ = try await client.create(KubernetesObject(type: .namespaces, name: name), as: .namespaces)
            }
            let owner = HelmProgram(
                connection: HelmConnection(kubeconfig: process.kubeconfig), concurrency: HelmConcurrency(limit: 1))
            try await owner.upgrade(
                release: "promoted", to: application.chart(hooks: hooks), namespace: production,
                options: .init(installs: true))
            records = PromotionRecords(cluster: Cluster(name: "local", client: client), namespace: system)
            request = PromotionRequested(
                preview: PreviewReference(id: .random(), organization: .default, cluster: "local"), service: "promoted",
                application: ApplicationReference(namespace: production, name: "promoted"), sourceVersion: "1",
                targetVersion: version, approval: Approval(by: "ada", at: Date(), version: version),
                attempt: PromotionAttempt())
        }

        /// Drives the promotion by a Helm of which one watch falls silent: the first, or the first of a Job's.
        func drive(silent job: String? = nil, _ body: (PromotionDriver) async throws -> Void) async throws {
            let once = HelmRelay.Once()
            try await HelmRelay.run(before: process.kubeconfig) { exchange in
                let isMeant = if let job { exchange.query.contains(job) } else { true }
                return once(.silent, where: exchange.isWatch && isMeant)
            } _: { kubeconfig in
                try await body(
                    PromotionDriver(
                        cluster: Cluster(name: "local", client: client), records: records,
                        helm: HelmProgram(
                            connection: HelmConnection(kubeconfig: kubeconfig),
                            concurrency: HelmConcurrency(limit: 2)),
                        hooks: HookSettings(silence: .seconds(1)), rolloutDeadline: .seconds(60),
                        publisher: messages, logger: Logger(label: "test")))
            }
            #expect(once.hasHappened)
        }

        func record() async throws -> PromotionRecord { try #require(try await records.find(request)) }

        func revisions() async throws -> [HelmReleaseSecret] {
            try await client.list(
                .secrets, namespace: request.application.namespace,
                labels: "\(HelmReleaseSecret.selector(release: "promoted"))"
            ).items.compactMap { HelmReleaseSecret($0.value) }
        }
    }

    @Test func `a promotion goes on when its migration has ended, though Helm's watch does not say so`() async throws {
        // One that has ended before Helm looks for the first time is not watched at all.
        let site = try await Site(migration: "sleep 5; exit 0")
        try await site.drive { driver in
            let accepted = try await site.records.ensure(site.request, now: Date())
            let first = await #expect(throws: HelmFailure.self) { try await driver.drive(accepted) }
            #expect(first?.kind == .unreachable && first?.failureClass == .transient, "\(String(describing: first))")
            let kept = try await site.record()
            #expect(kept.phase == .changing, "it is tried again")
            try await driver.drive(kept)
        }
        let record = try await site.record()
        #expect(record.phase == .completed, "\(record)")
        let newest = try #require(try await site.revisions().newest)
        #expect(newest.status == .deployed && newest.labels["understudy.dev/promotion"] == record.name)
    }

    @Test func `a migration that has failed is told, and production put back, though Helm's watch does not say so`()
        async throws
    {
        let site = try await Site(migration: "exit 3")
        try await site.drive { driver in
            try await driver.drive(try await site.records.ensure(site.request, now: Date()))
        }
        let record = try await site.record()
        #expect(record.phase == .failed && record.detail.rolledBack)
        #expect(record.failure?.message.contains("pair-migrate failed") == true, "\(record)")
        let image = try await site.client.get(
            .deployments, name: "promoted", namespace: site.request.application.namespace)?
            .spec["template"]["spec"]["containers"][0]["image"].string
        #expect(image == "test/promoted:1")
    }

    @Test func `production is put back though Helm's watch does not say that the hook for it has ended`() async throws {
        let site = try await Site(
            migration: "exit 3", former: "sleep 5; exit 0",
            hooks: ["pair-migrate": "pre-upgrade", "pair-restore": "pre-rollback, post-rollback"])
        try await site.drive(silent: "pair-restore") { driver in
            let accepted = try await site.records.ensure(site.request, now: Date())
            let first = await #expect(throws: HelmFailure.self) { try await driver.drive(accepted) }
            #expect(first?.kind == .unreachable && first?.command == "rollback", "\(String(describing: first))")
            let kept = try await site.record()
            #expect(kept.phase == .rollingBack, "it is tried again")
            try await driver.drive(kept)
        }
        let record = try await site.record()
        #expect(record.phase == .failed && record.detail.rolledBack)
        #expect(record.failure?.message.contains("pre-upgrade hooks failed") == true, "\(record)")
        let newest = try #require(try await site.revisions().newest)
        #expect(newest.status == .deployed)
    }

    @Test func `what production's secrets hold is in no failure`() async throws {
        let site = try await Site(migration: "exit 0")
        let namespace = site.request.application.namespace
        var secret = KubernetesObject(type: .secrets, name: "login", namespace: namespace)
        secret["data"] = ["password": .string(Data("s3cret-word".utf8).base64EncodedString())]
        _ = try await site.client.create(secret, as: .secrets)
        let failure = Failure(
            reason: "HelmFailed", message: "no login with s3cret-word", logLines: ["1", "password=s3cret-word"])
        let told = try await failure.redacted(
            for: site.request.application, on: Cluster(name: "local", client: site.client))
        #expect(told.message == "no login with •••" && told.logLines == ["1", "password=•••"])
    }

    @Test func `each attempt that was ended allows twice the silence`() {
        let hooks = HookSettings()
        #expect((0...2).map(hooks.silence(afterAttempts:)) == [.seconds(30), .seconds(60), .seconds(120)])
        #expect(hooks.silence(afterAttempts: 100) == .seconds(960))
    }
}
