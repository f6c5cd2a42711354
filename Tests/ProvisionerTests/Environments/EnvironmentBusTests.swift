import Foundation
import KubernetesClient
import Logging
import MessageBus
import PreviewDomain
import ServiceLifecycle
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@testable import Provisioner

/// PreviewEnvironments with a real broker between the provisioner and a gateway that the test plays.
@Suite(.timeLimit(.minutes(2))) struct EnvironmentBusTests {
    /// Grants what is asked for, and forgets what is withdrawn.
    private struct Granting: MessageHandler {
        let revisions: Revisions

        func handle(_ payload: PreviewApplyRequested, context: MessageContext) async throws -> [any MessagePayload] {
            let now = Date(timeIntervalSince1970: 1_800_000_000)
            return [
                EnvironmentFixture.state(
                    of: payload.resource, .ready, revision: revisions.next(),
                    resourceGeneration: payload.resourceGeneration, generation: payload.resourceGeneration,
                    createdAt: now, observedAt: Date())
            ]
        }
    }

    private struct Withdrawing: MessageHandler {
        let revisions: Revisions

        func handle(_ payload: PreviewWithdrawRequested, context: MessageContext) async throws -> [any MessagePayload] {
            let now = Date(timeIntervalSince1970: 1_800_000_000)
            return [CleanupState.running, .done].map { cleanup in
                EnvironmentFixture.state(
                    of: payload.resource, .tornDown, revision: revisions.next(), cleanup: cleanup, createdAt: now,
                    observedAt: Date())
            }
        }
    }

    private final class Revisions: Sendable {
        private let last = Mutex(0)
        func next() -> Int {
            last.withLock {
                $0 += 1
                return $0
            }
        }
    }

    @Test func `a resource becomes ready, is updated, and goes, by messages alone`() async throws {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let fixture = try await EnvironmentFixture { $0.updatePause = .seconds(1) }
        let logger = Logger(label: "test")
        let (ours, gateways) = (try bus("provisioner", host.url, logger), try bus("api-gateway", host.url, logger))
        let provisioner = try fixture.base.provisioner(publisher: ours.publisher)
        let revisions = Revisions()
        let parts: [any Service] =
            [ours, gateways] + provisioner.workers + [
                ours.consumer(handlers: provisioner.handlers),
                gateways.consumer(intake: [Granting(revisions: revisions), Withdrawing(revisions: revisions)]),
            ]
        let group = ServiceGroup(
            configuration: .init(services: parts, gracefulShutdownSignals: [], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await fixture.create("pr-10")
            try await fixture.object("pr-10") { $0.status["phase"].string == "Ready" }
            try await fixture.update("pr-10", sha: String(repeating: "a", count: 40))
            try await fixture.object("pr-10") {
                $0.status["phase"].string == "Ready" && $0.status["observedGeneration"].int == 2
            }
            try await fixture.delete("pr-10")
            #expect(try await fixture.isGone("pr-10"))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func bus(_ service: String, _ url: String, _ logger: Logger) throws -> MessageBus {
        var configuration = try RabbitMQConfiguration(url: url)
        configuration.retryDelays = [.milliseconds(100)]
        return MessageBus(service: service, configuration: configuration, logger: logger)
    }
}
