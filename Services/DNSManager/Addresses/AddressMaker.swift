import Foundation
import Shared

/// Makes addresses on one cluster.
struct AddressMaker: Sendable {
    let cluster: String
    let client: KubernetesClient
    let scheme: AddressScheme
    let provider: any AddressProvider

    /// Announces objects before they are made; returns when that is confirmed.
    typealias Announce = @Sendable (ResourcePlanned) async throws -> Void

    /// Sees to it that the address is made; whether it answers is found out afterwards.
    ///
    /// - Returns: a failure, where it can't be made.
    func ensure(_ request: AddressRequested, announce: Announce) async throws -> [any MessagePayload] {
        let address = Address(
            preview: request.preview, service: request.service,
            hosts: scheme.hosts(of: request.service, in: request.preview.id, isPrimary: request.isPrimary))
        let namespace = try await client.get(.namespaces, name: address.preview.namespace)
        if namespace?.isLater(than: address.preview) == true {
            return []  // A late request; the namespace was made for a later one, perhaps for a later preview.
        }
        if let failure = try await obstacle(to: address, in: namespace) {
            return [failed(address, failure)]
        }
        let existing = try await client.get(
            provider.anchorType, name: address.service, namespace: address.preview.namespace)
        if let newer = existing.flatMap({ provider.address(of: $0, on: cluster) }),
            newer.preview.generation > address.preview.generation
        {
            return []  // A late request; what is there was asked for after it.
        }
        return try await make(address, announce)
    }

    private func make(_ address: Address, _ announce: Announce) async throws -> [any MessagePayload] {
        let service = try await client.get(.services, name: address.service, namespace: address.preview.namespace)
        let anchor = provider.anchor(for: address, port: service.flatMap(BackendPort.init(of:)))
        let certificate = try await certificateCopy(for: address.preview)
        let objects = [certificate.map { ($0, ResourceType.secrets) }, (anchor, provider.anchorType)].compactMap { $0 }
        try await announce(
            ResourcePlanned(
                preview: address.preview, objects: objects.map { $0.0.objectReference(on: cluster) },
                madeBy: CleanupParticipant.dnsManager.rawValue, plannedAt: Date()))
        // The certificate comes first, so that the ingress controller finds it when it reads the Ingress.
        for (object, type) in objects {
            do {
                _ = try await client.apply(object, as: type)
            } catch let error as KubernetesError
                where error.isNamespaceTerminating || !error.isTransient && !error.isConflict
            {
                return [failed(address, refusal(of: object, error))]
            }
        }
        guard certificate == nil, let copies = provider.certificateCopies else { return [] }
        // It may come yet; the address is tried on.
        return [failed(address, copies.missing(on: cluster), isFinal: false)]
    }

    /// The copy of the certificate that the address needs; `nil` where it needs none, or there is none to copy.
    private func certificateCopy(for preview: PreviewReference) async throws -> KubernetesObject? {
        guard let copies = provider.certificateCopies else { return nil }
        let source = try await client.get(.secrets, name: copies.name, namespace: copies.namespace)
        return source.flatMap { copies.copy(of: $0, for: preview) }
    }

    private func refusal(of object: KubernetesObject, _ error: KubernetesError) -> Failure {
        Failure(
            reason: "ClusterRefused",
            message: "The cluster refuses \(object): \(error.status?.message ?? error.description)",
            object: object.objectReference(on: cluster), nextStep: "Change what the message names, then retry.")
    }

    private func failed(_ address: Address, _ failure: Failure, isFinal: Bool = true) -> AddressFailed {
        AddressFailed(
            preview: address.preview, service: address.service, observedAt: Date(), failure: failure, isFinal: isFinal)
    }

    /// Why the address can't be made at all.
    private func obstacle(to address: Address, in namespace: KubernetesObject?) async throws -> Failure? {
        let name = address.preview.namespace
        let reference = ObjectReference(
            cluster: cluster, apiVersion: "v1", kind: "Namespace", namespace: nil, name: name)
        guard let namespace, !namespace.isBeingDeleted else {
            return Failure(
                reason: "NamespaceGone", message: "The preview's namespace \(name) is not there any more.",
                object: reference, nextStep: "Retry, which makes it again, or tear the preview down.")
        }
        guard namespace.labels[PreviewLabels.preview] == address.preview.id.rawValue else {
            return Failure(
                reason: "NamespaceNotOurs",
                message: "The namespace \(name) does not belong to preview \(address.preview.id).", object: reference,
                nextStep: "Remove it, then create the preview again.")
        }
        let existing = try await client.get(provider.anchorType, name: address.service, namespace: name)
        if let existing, existing.previewReference(on: cluster)?.id != address.preview.id {
            return Failure(
                reason: "NameTaken", message: "\(existing) is there already and is not ours.",
                object: existing.objectReference(on: cluster), nextStep: "Remove it, then retry.")
        }
        return nil
    }
}
