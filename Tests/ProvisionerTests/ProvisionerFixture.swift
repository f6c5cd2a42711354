import Foundation
import Helm
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

/// A provisioner at work on a development cluster of the tests' own; what it publishes is kept here instead of sent.
struct ProvisionerFixture: Sendable {
    /// Runs as long as anybody holds it.
    let process: DevClusterProcess
    let cluster: Cluster
    let messages = RecordedMessages()
    var configuration: ProvisionerConfiguration
    let system: String

    /// A fixture with a system namespace, a lease and previews of its own.
    ///
    /// - Parameters:
    ///   - user: who the provisioner is for the cluster; by default somebody who may do everything.
    ///   - helm: the kubeconfig that its Helm is given; by default the cluster's own.
    init(
        patience: HealthPatience = HealthPatience(), namespaces: NamespaceSettings = NamespaceSettings(),
        environments: ClusterEnvironments = ClusterEnvironments(), process: DevClusterProcess? = nil,
        user: String? = nil, helm: String? = nil
    ) async throws {
        let process = if let process { process } else { try await DevClusterProcess.shared() }
        self.process = process
        var access = try KubernetesConfiguration.load(kubeconfig: process.kubeconfig)
        access.impersonation = user.map { Impersonation(user: $0) }
        cluster = Cluster(
            name: "local", client: KubernetesClient(configuration: access, fieldManager: "understudy-provisioner"),
            kubeconfig: helm ?? process.kubeconfig, environments: environments)
        system = "understudy-\(UUID().uuidString.lowercased().prefix(8))"
        var configuration = ProvisionerConfiguration()
        configuration.patience = patience
        configuration.namespaces = namespaces
        configuration.excludedNamespaces = ["kube-system"]
        configuration.cleanupPatience = .seconds(2)
        self.configuration = configuration
    }

    /// Runs the provisioner beside the body.
    func run(_ body: (Provisioner) async throws -> Void) async throws {
        let provisioner = try provisioner(publisher: messages)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in provisioner.workers { group.addTask { try await worker.run() } }
            try await body(provisioner)
            group.cancelAll()
        }
    }

    /// A provisioner whose messages go to the publisher; nothing runs yet.
    func provisioner(publisher: any MessagePublishing) throws -> Provisioner {
        try Provisioner(
            publisher: publisher, clusters: [cluster], configuration: configuration, logger: Logger(label: "test"),
            systemNamespace: { SystemNamespace(name: system, cluster: $0) },
            election: { LeaseElection(client: $0.client, name: "w", namespace: system, identity: "test") })
    }

    /// Gives a message to the handler of its type, as the bus does.
    func send<Payload: MessagePayload>(
        _ payload: Payload, to provisioner: Provisioner, madeAt time: Date = Date(), id: String = UUID().uuidString
    ) async throws {
        let context = MessageContext(
            message: Message(payload, source: "api-gateway", id: id, time: time), queue: "provisioner",
            service: "provisioner", logger: Logger(label: "test"), publisher: messages)
        for handler in provisioner.handlers {
            guard let answers = try await Self.handle(payload, handler, context) else { continue }
            try await messages.publish(answers.map(context.consequence))
        }
    }

    private static func handle<Handler: MessageHandler>(
        _ payload: some MessagePayload, _ handler: Handler, _ context: MessageContext
    ) async throws -> [any MessagePayload]? {
        guard let payload = payload as? Handler.Payload else { return nil }
        return try await handler.handle(payload, context: context)
    }

    // MARK: Production

    /// Installs an application into a namespace with Helm, as its owner would.
    func install(_ chart: HelmChart, as release: String, in namespace: String, values: JSONValue = [:]) async throws {
        if try await cluster.client.get(.namespaces, name: namespace) == nil {
            _ = try await cluster.client.create(KubernetesObject(type: .namespaces, name: namespace), as: .namespaces)
        }
        let helm = HelmProgram(
            connection: HelmConnection(kubeconfig: process.kubeconfig), concurrency: HelmConcurrency(limit: 1))
        try await helm.upgrade(
            release: release, to: chart, values: values, namespace: namespace, options: .init(installs: true))
    }

    func preview() -> PreviewReference { PreviewReference(id: .random(), organization: .default, cluster: "local") }
}

/// Keeps what was published.
final class RecordedMessages: MessagePublishing {
    private let all = Mutex<[any MessagePayload]>([])

    func publish(_ messages: [EncodedMessage]) async throws(MessageBusError) {
        for message in messages {
            guard let decoded = try? Message(decoding: Data(message.body)) else {
                throw .encodingFailed(messageID: message.id, reason: "not in the catalogue")
            }
            all.withLock { $0.append(decoded.payload) }
        }
    }

    var payloads: [any MessagePayload] { all.withLock { $0 } }

    func of<Payload: MessagePayload>(_ type: Payload.Type) -> [Payload] { payloads.compactMap { $0 as? Payload } }

    /// The first message of a type about a preview for which the condition holds, once it was published. Other previews
    /// may be on the cluster.
    func first<Payload: PreviewMessagePayload>(
        _ type: Payload.Type, about preview: PreviewReference, within limit: Duration = .seconds(60),
        where isMeant: @escaping @Sendable (Payload) -> Bool = { _ in true }
    ) async throws -> Payload {
        try await first(type, within: limit) { $0.preview.id == preview.id && isMeant($0) }
    }

    /// The first message of a type for which the condition holds, once it was published.
    func first<Payload: MessagePayload>(
        _ type: Payload.Type, within limit: Duration = .seconds(60),
        where isMeant: @Sendable (Payload) -> Bool = { _ in true }
    ) async throws -> Payload {
        let found = try await eventually(within: limit) { self.of(type).first(where: isMeant) }
        return try #require(found, "no \(type) among \(payloads.map { "\($0)".prefix(300) })")
    }
}
