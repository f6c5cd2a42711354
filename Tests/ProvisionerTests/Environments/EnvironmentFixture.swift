import Foundation
import Helm
import KubernetesClient
import MessageBus
import PreviewDomain
import ServiceRuntime
import TestSupport
import Testing

@testable import Provisioner

/// PreviewEnvironments on the tests' cluster, with a namespace of their own; the test plays the gateway.
struct EnvironmentFixture: Sendable {
    let base: ProvisionerFixture
    let namespace: String

    static let sha = "1234567890abcdef1234567890abcdef12345678"

    /// A fixture on a cluster where the resource is defined.
    ///
    /// - Parameters:
    ///   - organization: the organization that the namespace names.
    ///   - mirrors: whether previews that were ordered elsewhere show up in the namespace.
    init(
        organization: String? = nil, mirrors: Bool = false, _ configure: (inout EnvironmentSettings) -> Void = { _ in }
    ) async throws {
        let namespace = "team-\(UUID().uuidString.lowercased().prefix(8))"
        var base = try await ProvisionerFixture(
            environments: ClusterEnvironments(mirrorNamespace: mirrors ? namespace : nil),
            // The provisioners of other tests would not know what to do with these resources.
            process: mirrors ? DevClusterProcess.start() : nil)
        configure(&base.configuration.environments)
        self.base = base
        self.namespace = namespace
        try await Self.define(base.cluster.client)
        let labels = organization.map { [PreviewLabels.organization: $0] } ?? [:]
        _ = try await client.create(
            KubernetesObject(type: .namespaces, name: namespace, labels: labels), as: .namespaces)
    }

    var client: KubernetesClient { base.cluster.client }
    var messages: RecordedMessages { base.messages }

    /// Applies the definition, and waits until it is served.
    static func define(_ client: KubernetesClient) async throws {
        let file = Fixtures.repository.appendingPathComponent(
            "deploy/crds/preview.previewd.io_previewenvironments.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        for object in try ManifestDocuments.objects(in: text) {
            _ = try await client.apply(KubernetesObject(object), as: .customResourceDefinitions)
        }
        let served = try await eventually {
            try await client.serverResources("preview.previewd.io/v1alpha1").isEmpty ? nil : true
        }
        try #require(served == true)
    }

    // MARK: The user

    /// Makes a resource.
    @discardableResult
    func create(_ name: String, prNumber: Int = 1, sha: String = sha) async throws -> KubernetesObject {
        var object = KubernetesObject(type: .previewEnvironments, name: name, namespace: namespace)
        object.spec = ["repository": "acme/shop", "prNumber": JSONValue(prNumber), "headSHA": .string(sha)]
        return try await client.create(object, as: .previewEnvironments)
    }

    func update(_ name: String, sha: String) async throws {
        _ = try await client.patch(
            .previewEnvironments, name: name, namespace: namespace, .merge(["spec": ["headSHA": .string(sha)]]))
    }

    func delete(_ name: String) async throws {
        try await client.delete(.previewEnvironments, name: name, namespace: namespace)
    }

    /// Removes a resource as somebody does who takes its finalizers away.
    func remove(_ name: String) async throws {
        _ = try await eventually { () async throws -> Bool? in
            do {
                _ = try await self.client.patch(
                    .previewEnvironments, name: name, namespace: self.namespace,
                    .merge(["metadata": ["finalizers": .null]]))
                try await self.delete(name)
                _ = try await self.client.patch(
                    .previewEnvironments, name: name, namespace: self.namespace,
                    .merge(["metadata": ["finalizers": .null]]))
            } catch let error as KubernetesError where error.isNotFound {}
            return try await self.object(name) == nil ? true : nil
        }
    }

    /// Makes the namespace of a resource's preview.
    func makeNamespace(of resource: PreviewResource) async throws {
        let id = try #require(PreviewID(rawValue: resource.name))
        let labels = PreviewLabels.labels(
            for: PreviewReference(id: id, organization: .default, cluster: "local"))
        _ = try await client.create(
            KubernetesObject(type: .namespaces, name: id.namespace, labels: labels), as: .namespaces)
    }

    func object(_ name: String) async throws -> KubernetesObject? {
        try await client.get(.previewEnvironments, name: name, namespace: namespace)
    }

    /// The resource, once the condition holds.
    @discardableResult
    func object(
        _ name: String, within limit: Duration = .seconds(60),
        where isMeant: @escaping @Sendable (KubernetesObject) -> Bool
    ) async throws -> KubernetesObject {
        let found = try await eventually(within: limit) {
            try await self.object(name).flatMap { isMeant($0) ? $0 : nil }
        }
        let last = try await object(name)
        return try #require(found, "\(last?.status?.description ?? "gone")")
    }

    /// Whether the resource goes in time.
    func isGone(_ name: String) async throws -> Bool {
        try await eventually { try await self.object(name) == nil ? true : nil } ?? false
    }

    func events(of name: String) async throws -> [KubernetesObject] {
        try await client.list(.events, namespace: namespace).items.filter {
            $0["involvedObject"]["name"].string == name
        }
    }

    // MARK: The gateway

    /// The request for a generation of the resource, once it is made.
    func applied(_ name: String, generation: Int = 1) async throws -> PreviewApplyRequested {
        try await messages.first(PreviewApplyRequested.self) {
            $0.resource.name == name && $0.resource.namespace == namespace && $0.resourceGeneration == generation
        }
    }

    func withdrawn(_ name: String) async throws -> PreviewWithdrawRequested {
        try await messages.first(PreviewWithdrawRequested.self) {
            $0.resource.name == name && $0.resource.namespace == namespace
        }
    }

    /// Says how the preview stands.
    func report(
        _ status: PreviewStatus, of resource: PreviewResource, revision: Int, resourceGeneration: Int = 1,
        generation: Int = 1, cleanup: CleanupState = .none, to provisioner: Provisioner
    ) async throws {
        try await base.send(
            Self.state(
                of: resource, status, revision: revision, resourceGeneration: resourceGeneration,
                generation: generation, cleanup: cleanup, createdAt: Date(timeIntervalSince1970: 1_800_000_000),
                observedAt: Date()),
            to: provisioner)
    }

    static func state(
        of resource: PreviewResource?, id: PreviewID? = nil, _ status: PreviewStatus, revision: Int,
        resourceGeneration: Int = 1, generation: Int = 1, cleanup: CleanupState = .none, failure: Failure? = nil,
        createdAt: Date, observedAt: Date
    ) -> PreviewStateReported {
        guard let id = id ?? resource.flatMap({ PreviewID(rawValue: $0.name) }) else {
            preconditionFailure("tests name their resources as previews")
        }
        let isReady = status == .ready || status == .approved
        return PreviewStateReported(
            preview: PreviewReference(id: id, organization: .default, cluster: "local", generation: generation),
            name: id.rawValue, origin: resource == nil ? .api : .resource, resource: resource,
            resourceGeneration: resource.map { _ in resourceGeneration },
            pullRequest: nil, revision: revision, observedAt: observedAt, status: status,
            message: "The preview is \(status.rawValue).", failure: failure,
            url: "https://\(id).preview.example.com",
            services: [
                .init(
                    name: "api", application: ApplicationReference(namespace: "shop", name: "api"),
                    targetVersion: sha, isReady: isReady, url: "https://api-\(id).preview.example.com")
            ],
            databases: [.init(name: "api-db", isReady: isReady)], addresses: [.init(name: "api", isReady: isReady)],
            cost: CostEstimate(
                of: ResourceTotal(cpu: Quantity("1") ?? .zero, memory: Quantity("2Gi") ?? .zero), hours: 4,
                prices: PriceList()),
            createdAt: createdAt, expiresAt: createdAt + 14_400, cleanup: cleanup)
    }
}
