import Foundation
import Logging
import ServiceLifecycle
import Shared

/// Keeps the copies of the wildcard certificate on one cluster what the secret is: after a renewal, and when one was
/// changed or deleted.
struct CertificateKeeper: Service {
    private let copies: CertificateCopies
    private let provider: any AddressProvider
    private let baseDomain: String
    private let cluster: String
    private let client: KubernetesClient
    private let publisher: any MessagePublishing
    private let logger: Logger

    /// - Parameters:
    ///   - copies: what is copied.
    ///   - settings: whose addresses need the copies.
    init(
        copies: CertificateCopies, settings: DNSManagerConfiguration, cluster: String, client: KubernetesClient,
        publisher: any MessagePublishing, logger: Logger
    ) {
        self.copies = copies
        provider = settings.provider
        baseDomain = settings.scheme.hosts.baseDomain
        self.cluster = cluster
        self.client = client
        self.publisher = publisher
        self.logger = logger
    }

    /// Namespaces whose copies are to be looked at.
    private enum Scope: Hashable {
        case all
        case one(String)
    }

    func run() async throws {
        let changes = ObjectChanges(client: client, logger: logger)
        let reconciler = Reconciler<Scope>("certificates", logger: logger) { scope in
            try await reconcile(scope)
            return .whenAsked
        }
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await reconciler.run() }
            group.addTask {
                await changes.follow(.secrets, labels: CertificateCopies.selector()) { copy in
                    if let namespace = copy.namespace { reconciler.request(.one(namespace)) }
                }
            }
            group.addTask {
                await changes.follow(.secrets, namespace: copies.namespace, fields: .name(copies.name)) { _ in
                    // Every copy may be an old one now, and some may be missing.
                    reconciler.request(.all)
                }
            }
        }
    }

    private func reconcile(_ scope: Scope) async throws {
        let previews = try await previewsWithAddresses(scope)
        guard !previews.isEmpty,
            let source = try await client.get(.secrets, name: copies.name, namespace: copies.namespace)
        else { return }
        var refusal: KubernetesError?
        for preview in previews {
            guard let wanted = copies.copy(of: source, for: preview) else { return }
            do {
                try await bring(wanted, to: preview)
            } catch let error as KubernetesError where !error.isOutage {
                // One preview that takes no copy must not keep the others' from being renewed.
                refusal = error
            }
        }
        if let refusal { throw refusal }
    }

    private func bring(_ wanted: KubernetesObject, to preview: PreviewReference) async throws {
        let existing = try await client.get(.secrets, name: wanted.name, namespace: preview.namespace)
        guard existing?["data"] != wanted["data"] else { return }
        try await publish(wanted, for: preview)
        do {
            _ = try await client.apply(wanted, as: .secrets)
        } catch let error as KubernetesError where error.isNamespaceTerminating || error.isNotFound {
            // The preview is being removed.
        }
    }

    /// The previews with hosts that the certificate is for, each at the newest generation of its addresses.
    private func previewsWithAddresses(_ scope: Scope) async throws -> [PreviewReference] {
        let namespace: String? = if case .one(let name) = scope { name } else { nil }
        let anchors = try await client.list(
            provider.anchorType, namespace: namespace, labels: LabelSelector(stringLiteral: PreviewLabels.selector())
        ).items
        let addresses = anchors.filter { !$0.isBeingDeleted }.compactMap { provider.address(of: $0, on: cluster) }
            .filter { $0.hosts.contains { $0.hasSuffix(".\(baseDomain)") } }
        let previews = Dictionary(addresses.map { ($0.preview.id, $0.preview) }) {
            $0.generation > $1.generation ? $0 : $1
        }
        return Array(previews.values)
    }

    /// Announces a copy, as everything that is made.
    private func publish(_ copy: KubernetesObject, for preview: PreviewReference) async throws {
        let source = CleanupParticipant.dnsManager.rawValue
        let planned = ResourcePlanned(
            preview: preview, objects: [copy.objectReference(on: cluster)], madeBy: source, plannedAt: Date())
        try await publisher.publish([Message(planned, source: source)])
    }
}
