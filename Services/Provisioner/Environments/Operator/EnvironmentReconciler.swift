import Foundation
import KubernetesClient
import Logging
import PreviewDomain
import ServiceLifecycle
import ServiceRuntime

/// Brings the previews of PreviewEnvironments about: holds each resource by its finalizer, asks the gateway for what it
/// wants, again and again, and for its end once it is being deleted. What the gateway answers, ``EnvironmentReports``
/// writes down. Everything that counts is in the cluster and with the gateway.
struct EnvironmentReconciler: Service {
    let index: EnvironmentIndex
    private let reconciler: Reconciler<PreviewResource>

    init(
        clusters: Clusters, index: EnvironmentIndex, asks: GatewayAsks, gateway: EnvironmentGateway,
        organizations: NamespaceOrganizations, settings: EnvironmentSettings, logger: Logger
    ) {
        self.index = index
        reconciler = Reconciler("environments", concurrency: 16, logger: logger) { resource in
            let access = try clusters.named(resource.cluster)
            let step = EnvironmentStep(
                resource: resource, access: access, asks: asks, gateway: gateway, organizations: organizations,
                settings: settings, writer: EnvironmentWriter(access: access, settings: settings, logger: logger))
            guard let object = index[resource] else {
                if let last = index.departed(resource) { try await step.depart(last) }
                asks.forget(resource)
                index.forget(resource)
                return .whenAsked
            }
            do {
                return try await object.isBeingDeleted ? step.withdraw(object) : step.apply(object)
            } catch let error as KubernetesError where error.isConflict {
                // Somebody else wrote it; the watch is about to tell.
                return .growing
            } catch let error as KubernetesError where error.isNotFound {
                return .whenAsked
            }
        }
    }

    /// Asks for a resource to be looked at now.
    func request(_ resource: PreviewResource) { reconciler.request(resource) }

    func run() async throws { try await reconciler.run() }
}

/// One look at one resource.
struct EnvironmentStep: Sendable {
    let resource: PreviewResource
    let access: ClusterAccess
    let asks: GatewayAsks
    let gateway: EnvironmentGateway
    let organizations: NamespaceOrganizations
    let settings: EnvironmentSettings
    let writer: EnvironmentWriter

    /// Brings the preview about.
    func apply(_ seen: KubernetesObject) async throws -> Revisit {
        if seen.spec["preview"] != nil { return try await show(seen) }
        var object = try await writer.hold(seen)
        let generation = object.generation ?? 1
        let specification: EnvironmentSpecification
        let organization: OrganizationName
        do {
            specification = try EnvironmentSpecification(object.spec, annotations: object.annotations)
            organization = try await organizations.organization(of: resource.namespace, access)
        } catch let problem as EnvironmentProblem {
            _ = try await writer.update(object) { $0.take(problem, generation: generation) }
            return .after(settings.resync)
        }
        asks.seen(resource, generation: generation, at: .now)
        object = try await writer.update(object) { $0.look(generation: generation, isDeleting: false) }
        let status = EnvironmentStatus(of: object)
        if status.phase == .deleting {
            // Its preview has ended; whoever noted that may have died before deleting it.
            try await access.client.delete(
                .previewEnvironments, name: resource.name, namespace: resource.namespace,
                preconditions: Preconditions(uid: resource.uid))
            return .whenAsked
        }
        return try await ask(object, generation: generation, phase: status.phase) {
            try await gateway.apply(
                object, resource, pullRequest: specification.pullRequest, services: specification.services,
                ttlSeconds: specification.ttlSeconds, organization: organization)
        }
    }

    /// Looks after a resource that shows a preview which was ordered elsewhere; its news comes by itself.
    private func show(_ object: KubernetesObject) async throws -> Revisit {
        guard let mirror = mirror(of: object) else {
            _ = try await writer.update(object) { $0.take(.notAMirror, generation: object.generation ?? 1) }
            return .whenAsked
        }
        guard try await mirror.isOver(object, on: access) else { return .after(settings.mirrorResync) }
        // The news of its end was lost.
        try await access.client.delete(
            .previewEnvironments, name: resource.name, namespace: resource.namespace,
            preconditions: Preconditions(uid: resource.uid))
        return .whenAsked
    }

    private func mirror(of object: KubernetesObject) -> PreviewMirror? {
        guard let id = object.spec["preview"].string.flatMap(PreviewID.init(rawValue:)),
            let mirror = PreviewMirror(of: id, on: access), mirror.isShown(by: object)
        else { return nil }
        return mirror
    }

    /// Brings the preview's end about; the object goes when the gateway says that nothing is left.
    func withdraw(_ seen: KubernetesObject) async throws -> Revisit {
        guard seen.finalizers.contains(EnvironmentSettings.finalizer) else { return .whenAsked }
        let generation = seen.generation ?? 1
        let object = try await writer.update(seen) { $0.look(generation: generation, isDeleting: true) }
        if object.spec["preview"] != nil { return try await tearDown(object) }
        let organization = try await organization()
        // Deleting raises the generation, so this is asked at once, whatever was asked before.
        return try await ask(object, generation: .max, phase: .deleting) {
            try await gateway.withdraw(resource, organization: organization, requestedBy: object.lastWriter)
        }
    }

    /// Withdraws the preview of a resource that is gone: where nobody asked for that yet, it went without its finalizer.
    func depart(_ last: KubernetesObject) async throws {
        guard last.spec["preview"] == nil, asks[resource]?.generation != .max, try await resource.isGone(access) else {
            return
        }
        try await gateway.withdraw(
            resource, organization: try await organization(), requestedBy: FactPublisher.source)
    }

    /// The organization that the preview was asked for in; where the namespace names none that can be, nothing was.
    private func organization() async throws -> OrganizationName {
        do {
            return try await organizations.organization(of: resource.namespace, access)
        } catch is EnvironmentProblem {
            return access.cluster.environments.organization
        }
    }

    /// Tears down the preview that a resource showed.
    private func tearDown(_ object: KubernetesObject) async throws -> Revisit {
        guard let mirror = mirror(of: object), try await !mirror.isOver(object, on: access) else {
            try await writer.release(object)
            return .whenAsked
        }
        let organization = object.labels[PreviewLabels.organization].flatMap(OrganizationName.init(rawValue:))
        return try await ask(object, generation: .max, phase: .deleting) {
            try await gateway.tearDown(
                mirror.preview, organization: organization ?? access.cluster.environments.organization,
                requestedBy: object.lastWriter)
        }
    }

    /// Asks the gateway where it is time to, and says in the status when it does not answer.
    private func ask(
        _ object: KubernetesObject, generation: Int, phase: EnvironmentPhase?, _ send: () async throws -> Void
    ) async throws -> Revisit {
        let repeatAfter = settings.repeatAfter(phase)
        let isSettled = phase == .ready || phase == .failed
        // A process that starts does not ask for everything that is settled at once.
        let first = ContinuousClock.now + (isSettled ? repeatAfter * Double.random(in: 0...1) : .zero)
        let isEnd = generation == .max
        let known = asks[resource]
        let due =
            isEnd && known?.generation != generation
            ? .now
            : GatewayAsk.due(
                known, generation: generation, first: asks.first(resource, at: first), pause: settings.updatePause,
                repeatAfter: repeatAfter)
        if due <= .now {
            try await send()
            asks.sent(resource, generation: generation, at: .now)
        }
        return .after(try await nextLook(object, generation: generation, repeatAfter: repeatAfter))
    }

    private func nextLook(
        _ object: KubernetesObject, generation: Int, repeatAfter: Duration
    ) async throws -> Duration {
        let ask = asks[resource]
        let due = GatewayAsk.due(
            ask, generation: generation, first: asks.first(resource, at: .now + repeatAfter),
            pause: settings.updatePause, repeatAfter: repeatAfter * Double.random(in: 0.9...1.1))
        let wait = max(.milliseconds(50), due - .now)
        guard let since = ask?.unansweredSince else { return wait }
        let patience = settings.answerPatience - (.now - since)
        guard patience <= .zero else { return min(wait, patience) }
        // Another process may have taken the answer; the status tells.
        let synced = EnvironmentStatus(of: object).lastSyncedAt
        if synced.map({ Date().timeIntervalSince($0) > settings.syncNote + 15 }) ?? true {
            _ = try await writer.update(object) { $0.lackAnswer() }
        }
        return wait
    }
}
