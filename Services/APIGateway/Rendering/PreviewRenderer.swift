import Foundation
import NIOCore
import PreviewDomain

/// Makes of a preview and what is known of it what the REST API shows.
struct PreviewRenderer: Sendable {
    let policy: PreviewPolicy
    let limits: PreviewLimits
    let quota: QuotaPolicy
    let prices: PriceList
    let addresses: AddressFormat
    var pullRequests = PullRequestLinks()
    /// How addresses on a cluster differ.
    var clusterAddresses: @Sendable (String) -> ClusterObserved.Addresses? = { _ in nil }

    /// How addresses on a cluster are written.
    func addresses(on cluster: String) -> AddressFormat {
        clusterAddresses(cluster).map(addresses.adapted) ?? addresses
    }

    /// The preview as JSON.
    func body(_ stored: StoredPreview, now: Date) throws -> ByteBuffer {
        ByteBuffer(bytes: try JSONCoding.encoder.encode(document(stored, now: now)))
    }

    /// The preview as it stands at the instant given.
    func document(_ stored: StoredPreview, now: Date) -> PreviewDocument {
        let (preview, snapshot) = (stored.preview, stored.snapshot)
        let status = snapshot.status(now: now, policy: policy)
        let cleanup = snapshot.cleanupState(now: now, policy: policy)
        return PreviewDocument(
            id: preview.id, name: preview.name, organization: preview.organization, cluster: preview.cluster,
            namespace: preview.namespace, origin: preview.origin, resource: preview.resource,
            pullRequest: preview.pullRequest.map(pullRequests.linked), createdBy: preview.createdBy, status: status,
            message: snapshot.message(now: now, policy: policy), progress: rounded(snapshot.progress),
            generation: preview.generation, createdAt: preview.createdAt, expiresAt: preview.expiresAt,
            ttlHours: rounded(preview.ttl / limits.secondsPerHour),
            services: preview.services.map { service($0, in: snapshot, now: now) },
            databases: preview.databases.map { database($0, in: snapshot, now: now) },
            cost: cost(of: preview.services, databases: preview.databases.count, ttl: preview.ttl),
            cleanup: .init(
                state: cleanup,
                receipt: cleanup == .none ? nil : "/api/v1/previews/\(preview.id.rawValue)/receipt",
                stuck: cleanup == .stuck ? snapshot.stuckObjects(now: now, policy: policy) : []),
            ending: preview.ending.map { .init(kind: $0.kind, by: $0.by, at: $0.at, reason: $0.reason) })
    }

    /// What services and clones cost over a time to live in seconds.
    func cost(of services: [ServiceSpecification], databases: Int, ttl: TimeInterval) -> CostEstimate {
        CostEstimate(
            of: ResourceTotal(services: services, databases: databases, eachDatabase: quota.eachDatabase),
            hours: Decimal(ttl) / Decimal(limits.secondsPerHour), prices: prices)
    }

    private func service(
        _ service: ServiceSpecification, in snapshot: PreviewSnapshot, now: Date
    ) -> PreviewDocument.Service {
        let preview = snapshot.preview
        let fact = snapshot.current(.service(service.name), now: now, policy: policy)
        let address = snapshot.current(.address(service.name), now: now, policy: policy)
        let approval = preview.isApproved(service) ? preview.approvals[service.name] : nil
        return PreviewDocument.Service(
            name: service.name, application: service.application.description, sourceVersion: service.sourceVersion,
            targetVersion: service.targetVersion, health: health(fact?.state), message: fact?.explanation,
            replicas: service.replicas, resources: service.resources, autoscaling: service.autoscaling,
            variables: service.variables.mapValues(\.shown), databases: service.databases,
            externalDNS: service.externalDNS,
            externalURL: service.externalDNS ? externalURL(of: service, in: snapshot) : nil,
            addressReady: service.externalDNS ? address?.state == .ready : nil,
            internalHost: PreviewHosts.internal(service: service.name, namespace: preview.namespace),
            approved: approval != nil, approvedBy: approval?.by, approvedAt: approval?.at,
            promotion: promotion(of: service, in: snapshot, now: now))
    }

    /// Where the service answers, or is going to.
    func externalURL(of service: ServiceSpecification, in snapshot: PreviewSnapshot) -> String {
        if case .address(let url, _) = snapshot.current(.address(service.name))?.detail { return url }
        let preview = snapshot.preview
        return addresses(on: preview.cluster).url(service: service.name, preview: preview.formerID ?? preview.id)
    }

    private func health(_ state: PartState?) -> PreviewDocument.Service.Health {
        switch state {
        case .ready: .healthy
        case .unhealthy: .unhealthy
        case .failed: .failed
        case .working, nil: .deploying
        }
    }

    private func promotion(
        of service: ServiceSpecification, in snapshot: PreviewSnapshot, now: Date
    ) -> PreviewDocument.Service.Promotion {
        let part = Part.promotion(service.name)
        let fact = snapshot.current(part, now: now, policy: policy)
        var promotion = PreviewDocument.Service.Promotion(
            state: snapshot.requests[part] == nil ? .none : .requested,
            attempt: snapshot.preview.promotionAttempt(of: service.name).number, message: fact?.explanation)
        if case .promotion(let detail) = fact?.detail {
            (promotion.diff, promotion.revision) = (detail.diff, detail.revision)
        }
        switch fact?.state {
        case .working, .unhealthy: promotion.state = .started
        case .ready: promotion.state = .completed
        case .failed: promotion.state = .failed
        case nil: break
        }
        return promotion
    }

    private func database(
        _ database: PreviewDatabase, in snapshot: PreviewSnapshot, now: Date
    ) -> PreviewDocument.Database {
        let fact = snapshot.current(.database(database.name), now: now, policy: policy)
        var shown = PreviewDocument.Database(
            name: database.name, source: database.source, status: .pending, message: fact?.explanation,
            progress: fact?.progress)
        if case .database(let detail) = fact?.detail {
            (shown.method, shown.host, shown.port, shown.size) = (detail.method, detail.host, detail.port, detail.size)
        }
        switch fact?.state {
        case .working, .unhealthy: shown.status = .cloning
        case .ready: shown.status = .ready
        case .failed: shown.status = .failed
        case nil: break
        }
        return shown
    }

    private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

extension Fact {
    /// What went wrong and what to do, or what is going on.
    fileprivate var explanation: String? { failure?.explanation ?? message }
}

extension TypedValue {
    /// The value as it may be shown: nothing of a secret.
    var shown: String? {
        switch self {
        case .literal(let value): value
        case .sealed: nil
        }
    }
}
