import Foundation
import KubernetesClient
import MessageBus
import PreviewDomain
import Synchronization
import TestSupport
import Testing

@testable import Provisioner

/// Installations by the real Helm that go on whatever becomes of its requests, and of those who began them.
@Suite(.serialized, .timeLimit(.minutes(6))) struct DisturbedInstallationTests {
    private var impatient: DeploymentSettings {
        var settings = DeploymentSettings()
        settings.hookSilence = .seconds(1)
        settings.staleAfter = .seconds(1)
        return settings
    }

    private func disturbed(
        migration: String = "exit 0", _ plan: @escaping @Sendable (HelmRelay.Exchange) -> HelmRelay.Answer,
        _ body: (PairInstallation) async throws -> Void
    ) async throws {
        let cluster = try await DevClusterProcess.shared()
        try await HelmRelay.run(before: cluster.kubeconfig, plan) { kubeconfig in
            try await body(try await PairInstallation(migration: migration, helm: kubeconfig))
        }
    }

    private func said(_ installation: PairInstallation) -> [String] {
        installation.fixture.messages.of(ServiceDeploying.self)
            .filter { $0.preview.id == installation.preview.id }.map(\.message)
    }

    @Test func `a migration that has ended is not waited for, though Helm's watch does not say so`() async throws {
        let once = HelmRelay.Once()
        // A migration that has ended before Helm looks for the first time is not watched at all.
        try await disturbed(migration: "sleep 5; exit 0") {
            once(.silent, where: $0.isWatch)
        } _: { installation in
            let errors = try await installation.settle(installation.deployment(impatient))
            #expect(once.hasHappened)
            #expect(errors.count == 1, "\(errors)")
            #expect(try await installation.outcome == .installed)
            let said = said(installation)
            #expect(said.contains { $0.contains("Trying again") && $0.contains("pair-migrate") }, "\(said)")
        }
    }

    @Test func `a migration that has failed is told, though Helm's watch does not say so`() async throws {
        let once = HelmRelay.Once()
        try await disturbed(migration: "echo no such column; exit 3") {
            once(.silent, where: $0.isWatch)
        } _: { installation in
            #expect(try await installation.settle(installation.deployment(impatient)) == [])
            let told = try #require(
                installation.fixture.messages.of(ServiceFailed.self).first { $0.preview.id == installation.preview.id })
            #expect(told.failure.reason == "HookFailed")
            #expect(told.failure.logLines.contains("no such column"))
        }
    }

    @Test func `a migration that takes its time is left to`() async throws {
        let installation = try await PairInstallation(migration: "sleep 6; exit 0")
        #expect(try await installation.settle(installation.deployment(impatient)) == [])
        #expect(try await installation.outcome == .installed)
    }

    @Test(arguments: ["revision", "migration", "rollout", "end"])
    func `what was done and not answered is gone on with`(step: String) async throws {
        let once = HelmRelay.Once()
        let expected = Mutex<[ServiceKey]>([])
        try await disturbed { exchange in
            switch step {
            case "revision": once(.lost, where: exchange.method == "POST" && exchange.path.hasSuffix("/secrets"))
            case "migration": once(.lost, where: exchange.method == "POST" && exchange.path.hasSuffix("/jobs"))
            case "rollout": once(.lost, where: exchange.method == "POST" && exchange.path.hasSuffix("/deployments"))
            default: once(.lost, where: exchange.method == "PUT" && exchange.body.contains("deployed"))
            }
        } _: { installation in
            let deployment = installation.deployment { key in expected.withLock { $0.append(key) } }
            let errors = try await installation.settle(deployment)
            #expect(once.hasHappened)
            #expect(errors.count <= 1, "\(errors)")
            #expect(try await installation.outcome == .installed)
            #expect(expected.withLock { $0 } == [installation.key], "its health is looked for, once")
        }
    }

    @Test func `what an ended process began is taken over`() async throws {
        let once = HelmRelay.Once()
        // A migration that has ended before Helm looks for the first time is not watched at all.
        try await disturbed(migration: "sleep 5; exit 0") {
            once(.silent, where: $0.isWatch)
        } _: { installation in
            let deployment = installation.deployment(impatient)
            // Its process ends after the revision and the migration, and before anything is rolled out.
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await deployment.advance(installation.key, on: installation.access) }
                _ = try await eventually(within: .seconds(30)) { once.hasHappened ? true : nil }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.waitForAll() }
            }
            #expect(try await installation.outcome == nil)
            #expect(try await installation.settle(deployment, on: installation.anotherAccess()) == [])
            #expect(try await installation.outcome == .installed)
        }
    }

    @Test func `no Helm goes on for a preview that is gone`() async throws {
        let once = HelmRelay.Once()
        try await disturbed(migration: "exec sleep 600") {
            once(.silent, where: $0.isWatch)
        } _: { installation in
            let client = installation.access.client
            let deployment = installation.deployment(impatient)
            async let errors = installation.settle(deployment)
            let pod = try await eventually(within: .seconds(60)) {
                try await client.list(.pods, namespace: installation.preview.namespace).items.first {
                    $0.status["phase"].string == "Running"
                }
            }
            #expect(pod != nil)
            try await client.delete(.namespaces, name: installation.preview.namespace)
            #expect(try await errors == [])
            #expect(said(installation).count == 1)
        }
    }

    @Test func `a failure that could not be told is told with the next attempt`() async throws {
        let installation = try await PairInstallation(migration: "exit 3")
        let publisher = BrokenOnce(next: installation.fixture.messages)
        let errors = try await installation.settle(installation.deployment(publisher: publisher))
        #expect(errors.count == 1, "\(errors)")
        #expect(installation.fixture.messages.of(ServiceFailed.self).map(\.preview.id) == [installation.preview.id])
        guard case .failed = try await installation.outcome else {
            Issue.record("nothing is noted")
            return
        }
    }
}

/// Refuses the first message about a failure.
private final class BrokenOnce: MessagePublishing {
    private let next: RecordedMessages
    private let isBroken = Mutex(true)

    init(next: RecordedMessages) { self.next = next }

    func publish(_ messages: [EncodedMessage]) async throws(MessageBusError) {
        let fails = messages.contains { message in
            (try? Message(decoding: Data(message.body)))?.payload is ServiceFailed
        }
        let isRefused = isBroken.withLock { isBroken in
            defer { if fails { isBroken = false } }
            return fails && isBroken
        }
        if isRefused { throw .connection("the broker went away") }
        try await next.publish(messages)
    }
}
