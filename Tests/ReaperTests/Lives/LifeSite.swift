import Foundation
import Logging
import Shared
import TestSupport
import Testing

@testable import Reaper

/// One preview id on a real API server, used by one preview after another; the reaper at work, and a worker's cleanup.
///
/// Messages are kept with their time and id, so that a later delivery is the very same message.
final class LifeSite: Sendable {
    /// A message that can be delivered again and again.
    struct Delivery: Sendable {
        var life: Int
        var name: String
        var run: @Sendable () async throws -> Void
    }

    let client: KubernetesClient
    let store: ReaperStore
    let id = PreviewID.random()
    let search: ClusterSearch
    let verification: CleanupVerification
    let sweep: OrphanSweep
    let worker: PreviewCleanup
    private let timer: ExpiryTimer
    private let messages = PublishedMessages(service: "reaper")
    private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    init() async throws {
        client = try await DevClusterProcess.shared().client(fieldManager: "tests")
        store = try Fixtures.store()
        search = ClusterSearch(name: "local", client: client, logger: logger)
        verification = CleanupVerification(
            store: store, searches: ["local": search],
            settings: VerificationSettings(leftoverGrace: .zero, stuckAfter: .seconds(600)), logger: logger)
        sweep = OrphanSweep(
            store: store, searches: ["local": search], verification: verification,
            settings: .init(sweepInterval: .seconds(60), unknownGrace: .zero, retention: .seconds(86400)),
            logger: logger)
        timer = ExpiryTimer(store: store, logger: logger)
        worker = PreviewCleanup(
            scope: CleanupScope(participant: .databaseCloner) { preview in
                [
                    .init(
                        type: .configMaps, selector: LabelSelector(stringLiteral: PreviewLabels.selector(for: preview)),
                        isDeleted: true, madeBy: "db-cloner")
                ]
            }, clients: ["local": client], logger: logger)
    }

    func reference(_ generation: Int) -> PreviewReference {
        PreviewReference(id: id, organization: .default, cluster: "local", generation: generation)
    }

    // MARK: Objects

    /// Makes a preview's namespace with an object in it, and one outside of it.
    func makeObjects(_ generation: Int) async throws -> [KubernetesObject] {
        [
            try await client.create(object(.namespaces, id.namespace, nil, generation), as: .namespaces),
            try await make("inside", in: id.namespace, generation),
            try await make("outside-\(id)-\(generation)", in: "default", generation),
        ]
    }

    /// Makes an object of the preview.
    func make(_ name: String, in namespace: String, _ generation: Int) async throws -> KubernetesObject {
        try await client.create(object(.configMaps, name, namespace, generation), as: .configMaps)
    }

    /// What is announced of a preview's objects.
    func planned(_ generation: Int, at time: Date = Date()) -> ResourcePlanned {
        let objects = [
            object(.namespaces, id.namespace, nil, generation), object(.configMaps, "inside", id.namespace, generation),
            object(.configMaps, "outside-\(id)-\(generation)", "default", generation),
        ]
        return ResourcePlanned(
            preview: reference(generation), objects: objects.map { $0.objectReference(on: "local") },
            madeBy: "provisioner", plannedAt: time)
    }

    private func object(_ type: ResourceType, _ name: String, _ namespace: String?, _ generation: Int)
        -> KubernetesObject
    {
        KubernetesObject(
            type: type, name: name, namespace: namespace, labels: PreviewLabels.labels(for: reference(generation)))
    }

    /// Whether this very object is there and is to stay.
    func isUntouched(_ object: KubernetesObject) async throws -> Bool {
        let type: ResourceType = object.kind == "Namespace" ? .namespaces : .configMaps
        guard let found = try await client.get(type, name: object.name, namespace: object.namespace) else {
            return false
        }
        return found.uid == object.uid && !found.isBeingDeleted
    }

    // MARK: Messages

    /// An event about a preview that began with `first`.
    func event<Event: PreviewEventPayload>(
        _ type: Event.Type, _ status: PreviewStatus, first: Int, generation: Int
    ) -> Delivery {
        var preview = Preview(
            id: id, organization: .default, name: "test", cluster: "local", origin: .resource, createdBy: "someone",
            createdAt: Date(), ttl: 3600, services: [], databases: [], formerGeneration: first == 1 ? nil : first - 1)
        preview.generation = generation
        let payload = Event(summary: PreviewSummary(preview: preview, status: status))
        return delivery(payload, life: first, to: PreviewEventHandler<Event>(store: store, timer: timer))
    }

    func plan(_ generation: Int, first: Int) -> Delivery {
        delivery(
            planned(generation), life: first, to: ResourcePlannedHandler(store: store, verification: verification))
    }

    func removed(_ objects: [KubernetesObject], _ generation: Int, first: Int) -> Delivery {
        let payload = ResourceRemoved(
            preview: reference(generation), objects: objects.map { $0.objectReference(on: "local") },
            removedBy: "provisioner", verifiedAt: Date())
        return delivery(payload, life: first, to: ResourceRemovedHandler(store: store))
    }

    func cleanup(_ generation: Int, first: Int) -> Delivery {
        let request = CleanupRequested(preview: reference(generation), reason: .tornDown)
        return delivery(
            request, life: first, to: CleanupRequestedHandler(store: store, verification: verification))
    }

    func workersCleanup(_ generation: Int, first: Int) -> Delivery {
        delivery(CleanupRequested(preview: reference(generation), reason: .tornDown), life: first, to: worker)
    }

    private func delivery<Handler: MessageHandler>(_ payload: Handler.Payload, life: Int, to handler: Handler)
        -> Delivery
    {
        let message = Message(payload, source: "api-gateway")
        return Delivery(life: life, name: "\(Handler.Payload.key) of life \(life)") { [messages, logger] in
            let context = MessageContext(
                message: message, queue: "reaper", service: "reaper", logger: logger, publisher: messages)
            _ = try await handler.handle(payload, context: context)
        }
    }

    // MARK: The reaper's work

    /// One look at what is to be verified, as after a while without anything new.
    func look() async throws {
        let verifier = CleanupVerifier(
            store: store, searches: ["local": search],
            settings: VerificationSettings(leftoverGrace: .zero, stuckAfter: .seconds(600)), logger: logger)
        _ = try await verifier.verify(id, now: Date().addingTimeInterval(600))
    }

    /// Searches for what was left behind.
    func searchLeftovers() async throws { try await sweep.sweep(search, now: Date()) }

    /// Looks until the cleanup of a generation is completed.
    func isCompleted(_ generation: Int) async throws -> Bool {
        try await eventually {
            try await self.look()
            let answers = try await self.store.outgoing().compactMap { $0 as? CleanupCompleted }
            return answers.contains { $0.preview == self.reference(generation) } ? true : nil
        } ?? false
    }
}
