import Foundation
import Logging
import Shared
import Synchronization

/// Keeps the addresses on one cluster right, tries them, and reports what it finds.
final class AddressKeeper: Sendable {
    private let cluster: String
    private let client: KubernetesClient
    private let settings: DNSManagerConfiguration
    private let prober: AddressProber
    private let reporter: FactReporter<AddressKey>
    private let logger: Logger
    private let silences = Mutex<[AddressKey: SilenceRecord]>([:])
    /// The addresses that there are, so that one is missed when somebody deletes its anchor.
    private let anchors: MissedObjects<AddressKey>

    init(
        cluster: String, client: KubernetesClient, settings: DNSManagerConfiguration, prober: AddressProber,
        publisher: any MessagePublishing, logger: Logger
    ) {
        self.cluster = cluster
        self.client = client
        self.settings = settings
        self.prober = prober
        self.logger = logger
        anchors = MissedObjects(client: client)
        reporter = FactReporter(
            source: CleanupParticipant.dnsManager.rawValue, publisher: publisher, repeatAfter: settings.resync * 0.9)
    }

    /// Looks at one address.
    func reconcile(_ key: AddressKey) async throws -> Revisit {
        do {
            return try await look(at: key)
        } catch let error as KubernetesError where error.isOutage {
            // How long an address was silent while its cluster was away is no failure of the address.
            silences.withLock { $0 = [:] }
            throw error
        }
    }

    private func look(at key: AddressKey) async throws -> Revisit {
        let anchor = try await client.get(settings.provider.anchorType, name: key.name, namespace: key.namespace)
        guard let anchor, !anchor.isBeingDeleted, let address = settings.provider.address(of: anchor, on: cluster)
        else {
            silences.withLock { $0[key] = nil }
            return try await missing(key)
        }
        anchors.note(key, of: address.preview)
        let service = try await client.get(.services, name: address.service, namespace: key.namespace)
        let backend = Backend(service: service, endpointSlices: try await endpointSlices(of: address))
        try await correct(anchor, address, backend)
        let verdict = try await prober.verdict(on: address, backend: backend) { [client] in
            try await Self.readinessPaths(of: service, client)
        }
        switch verdict {
        case .answers: return try await answered(key, address)
        case .unserved(let failure):
            return try await silent(key, address, failure, isServed: false, isBackendUp: backend.isUp)
        case .silent(let failure):
            return try await silent(key, address, failure, isServed: true, isBackendUp: backend.isUp)
        }
    }

    /// The anchor is gone: with its preview, or because somebody deleted it.
    private func missing(_ key: AddressKey) async throws -> Revisit {
        switch try await anchors.absence(of: key) {
        case .expected: break
        case .unclear: return .after(MissedObjects<AddressKey>.patience)
        case .deleted(let preview):
            let type = settings.provider.anchorType
            let failure = Failure(
                reason: "AddressDeleted",
                message: "Somebody deleted \(type.kind) \(key.name) behind the preview's back.",
                object: ObjectReference(
                    cluster: cluster, apiVersion: type.apiVersion, kind: type.kind, namespace: key.namespace,
                    name: key.name),
                nextStep: "It is asked for again by itself; retry if that takes too long.")
            try await reporter.report(
                AddressFailed(
                    preview: preview, service: key.name, observedAt: Date(), failure: failure, isFinal: false),
                for: key)
            anchors.forget(key)
        }
        reporter.forget(key)
        return .whenAsked
    }

    private func endpointSlices(of address: Address) async throws -> [KubernetesObject] {
        try await client.list(
            .endpointSlices, namespace: address.preview.namespace,
            labels: "kubernetes.io/service-name=\(address.service)"
        ).items
    }

    /// Gives the anchor the port of the Kubernetes Service, which may have come after it, or what somebody changed.
    private func correct(_ anchor: KubernetesObject, _ address: Address, _ backend: Backend) async throws {
        guard let port = backend.port else { return }
        let wanted = settings.provider.anchor(for: address, port: port)
        guard wanted.spec["rules"] != anchor.spec["rules"] || wanted.spec["tls"] != anchor.spec["tls"] else { return }
        _ = try await client.apply(wanted, as: settings.provider.anchorType)
    }

    private func answered(_ key: AddressKey, _ address: Address) async throws -> Revisit {
        silences.withLock { $0[key, default: SilenceRecord()].answered(generation: address.preview.generation) }
        let url = settings.scheme.url(host: address.hosts.first ?? "")
        let ready = AddressReady(
            preview: address.preview, service: address.service, observedAt: Date(), url: url, hosts: address.hosts)
        if try await reporter.report(ready, for: key) {
            logger.info("Address answers", metadata: ["preview.id": "\(address.preview.id)", "url": "\(url)"])
        }
        return .after(settings.resync)
    }

    private func silent(
        _ key: AddressKey, _ address: Address, _ failure: Failure, isServed: Bool, isBackendUp: Bool
    ) async throws -> Revisit {
        let report = silences.withLock {
            $0[key, default: SilenceRecord()].silent(
                generation: address.preview.generation, isServed: isServed, isBackendUp: isBackendUp,
                deadline: settings.deadline)
        }
        // Watches tell at once of what comes to be behind it. The entry point takes a moment, and tells nobody.
        let revisit: Revisit =
            isBackendUp ? .growing : .after(report == .none ? SilenceRecord.patience : Self.withoutBackend)
        switch report {
        case .none: break
        case .pending:
            try await reporter.report(
                AddressPending(
                    preview: address.preview, service: address.service, observedAt: Date(), message: failure.message),
                for: key)
        case .unhealthy, .final: try await publish(failure, of: address, key, isFinal: report == .final)
        }
        return revisit
    }

    private func publish(_ failure: Failure, of address: Address, _ key: AddressKey, isFinal: Bool) async throws {
        let failed = AddressFailed(
            preview: address.preview, service: address.service, observedAt: Date(), failure: failure,
            isFinal: isFinal)
        if try await reporter.report(failed, for: key) {
            logger.notice(
                "Address is silent",
                metadata: [
                    "preview.id": "\(address.preview.id)", "service": "\(address.service)",
                    "reason": "\(failure.reason)",
                ])
        }
    }

    /// How often an address is looked at while nothing behind it could answer, should a watch have missed something.
    private static let withoutBackend: Duration = .seconds(10)

    /// Paths that pods behind a service answer when they are ready.
    private static func readinessPaths(
        of service: KubernetesObject?, _ client: KubernetesClient
    ) async throws -> [String] {
        guard let service, let selector = service.spec["selector"]?.strings, !selector.isEmpty else { return [] }
        let pods = try await client.list(.pods, namespace: service.namespace, labels: LabelSelector(selector)).items
        let containers = pods.flatMap { $0.spec["containers"].array ?? [] }
        return Array(Set(containers.compactMap { $0["readinessProbe"]["httpGet"]["path"].string })).sorted()
    }
}
