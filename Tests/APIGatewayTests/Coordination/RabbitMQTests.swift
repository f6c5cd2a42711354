import Foundation
import HTTPTypes
import KubernetesClient
import Logging
import MessageBus
import Persistence
import PreviewDomain
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import APIGateway

/// The gateway and a worker on a real broker.
@Suite(.timeLimit(.minutes(2))) struct RabbitMQTests {
    /// Answers requests for namespaces, and remembers what it saw.
    private struct Worker: MessageHandler {
        let seen: Seen

        func handle(_ payload: NamespaceRequested, context: MessageContext) async throws -> [any MessagePayload] {
            seen.previews.withLock { $0.append(payload.preview) }
            return [NamespaceReady(preview: payload.preview, observedAt: Date(), podSecurity: "restricted")]
        }
    }

    /// Hears what an asker is told.
    private struct Asker<Answer: MessagePayload>: MessageHandler {
        let hear: @Sendable (Answer) -> Void

        func handle(_ payload: Answer, context: MessageContext) async throws -> [any MessagePayload] {
            hear(payload)
            return []
        }
    }

    private final class Seen: Sendable {
        let previews = Mutex<[PreviewReference]>([])
        /// Ids of requests that were answered, with the status told; nothing where it was refused.
        let answers = Mutex<[String: PreviewStatus?]>([:])
    }

    @Test func `what is asked on the intake exchange is created once, asked of a worker, and its answer kept`()
        async throws
    {
        let host = try await RabbitMQServer.shared().makeVirtualHost()
        let fixture = try await GatewayFixture.withShop()
        let gateway = fixture.gateway
        let seen = Seen()
        let gatewayBus = try bus("api-gateway", host.url)
        let workerBus = try bus("provisioner", host.url)
        let relay = OutboxRelay(
            outbox: gateway.store.outbox, database: gateway.store.database, publisher: gatewayBus.publisher,
            logger: gateway.logger)
        let consumers = [
            gatewayBus.consumer(handlers: gateway.handlers, intake: gateway.intake),
            workerBus.consumer(handlers: [
                Worker(seen: seen),
                Asker<PreviewStateReported> { state in
                    if let request = state.request { seen.answers.withLock { $0[request] = state.status } }
                },
                Asker<PreviewRefused> { refusal in
                    seen.answers.withLock { $0[refusal.request] = .some(nil) }
                },
            ]),
        ]
        let group = ServiceGroup(
            configuration: .init(
                services: [gatewayBus, workerBus, relay] + consumers, gracefulShutdownSignals: [],
                logger: gateway.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await poll("the consumers are ready") {
                gatewayBus.health.isReady && gatewayBus.health.consumers.count == 1 && workerBus.health.isReady
                    && workerBus.health.consumers.count == 1
            }
            let order = PreviewCreationRequested(
                organization: .default, id: nil, name: "from the queue", cluster: "local", ttlSeconds: 14_400,
                services: [ServiceOrder(application: "shop/orders", targetVersion: "1.5.0")], origin: nil,
                requestedBy: "ci")
            let message = try EncodedMessage(Message(order, source: "ci"), exchange: .intake)
            try await workerBus.publisher.publish([message])
            try await workerBus.publisher.publish([message])
            try await poll("the preview's namespace is reported") {
                guard let preview = seen.previews.withLock({ $0.first }) else { return false }
                let stored = try await gateway.store.load(preview.id, organization: .default)
                return stored?.snapshot.facts[.namespace]?.state == .ready
            }
            #expect(try await fixture.storedPreviews() == 1)
            let id = try #require(seen.previews.withLock { $0.first }).id
            let act = PreviewActionRequested(
                organization: .default, id: id, action: .tearDown, requestedBy: "ci")
            var early = act
            early.action = .approve
            try await workerBus.publisher.publish([
                try EncodedMessage(Message(early, source: "ci", id: "early"), exchange: .intake),
                try EncodedMessage(Message(act, source: "ci", id: "act"), exchange: .intake),
            ])
            try await poll("both requests are answered") {
                seen.answers.withLock { $0["early"] == .some(nil) && $0["act"] == .tornDown }
            }
            try await poll("the preview is torn down") {
                try await gateway.store.load(id, organization: .default)?.status == .tornDown
            }
            let stored = try #require(try await gateway.store.load(id, organization: .default))
            #expect(stored.preview.origin == .queue)
            #expect(stored.preview.ttl == 14_400)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func bus(_ service: String, _ url: String) throws -> MessageBus {
        MessageBus(
            service: service, configuration: try RabbitMQConfiguration(url: url),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// Looks again and again until the condition holds.
    private func poll(_ what: String, _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while try await !condition() {
            try #require(ContinuousClock.now < deadline, "not within 60 s: \(what)")
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
