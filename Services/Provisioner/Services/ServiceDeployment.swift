import Foundation
import Helm
import KubernetesClient
import Logging
import PreviewDomain
import ServiceRuntime

/// One look at what a service's record asks for, and the work that is left to do.
struct ServiceDeployment: Sendable {
    let facts: FactPublisher
    let sealingKey: SealingKey
    let settings: DeploymentSettings
    let patience: HealthPatience
    let logger: Logger
    let reportAgain: @Sendable (ServiceKey) -> Void
    let expect: @Sendable (ServiceKey) -> Void

    /// The label on a release's Secret that says which request it fulfils.
    static let fingerprintLabel = "understudy.dev/request"

    func advance(_ key: ServiceKey, on access: ClusterAccess) async throws -> Revisit {
        guard let record = try await access.deploymentRecord(of: key.service, in: key.namespace) else {
            return .whenAsked
        }
        if case .failed = record.outcome { return .whenAsked }
        let release = DNSLabel.shortened(key.service, limit: 53)
        let kept = ReleaseRevisions(client: access.client, release: release, namespace: key.namespace)
        var revisions = try await kept.all()
        if let newest = revisions.newest, newest.status == .deployed,
            newest.labels[Self.fingerprintLabel] == record.fingerprint
        {
            var isRestarted = false
            if record.outcome == nil {
                isRestarted = try await ServiceRestart(access: access).restart(key)
                try await access.note(.installed, on: record)
            }
            // Pods that were just taken away would be reported as failed once more; the watch tells of the new ones, or
            // what is expected is looked for.
            expect(key)
            if !isRestarted { reportAgain(key) }
            return .whenAsked
        }
        if let newest = revisions.newest, newest.status.isPending {
            if let wait = try await takeOver(newest, of: record, kept, on: access) { return .after(wait) }
            revisions.removeAll { $0.name == newest.name }
        }
        if !revisions.isEmpty, revisions.allSatisfy({ $0.status == .failed }) {
            // Never installed yet: begin afresh, or Helm would take the next attempt for an upgrade and skip hooks.
            for revision in revisions {
                guard try await kept.remove(revision) else { return .after(Self.othersPause) }
            }
            revisions = []
        }
        let last = revisions.newest?.revision ?? 0
        let attempt = UUID().uuidString.lowercased()
        do {
            let finished = try await ServicePreparation(access: access, sealingKey: sealingKey).prepare(record.request)
            try await announce(finished, record, release, revision: last + 1, on: access)
            guard (try await kept.all().newest?.revision ?? 0) <= last else { return .after(Self.othersPause) }
            try await install(finished, record, release, attempt: attempt, on: access)
            expect(key)
            try await access.note(.installed, on: record)
            logger.info("Installed service", metadata: metadata(record, finished))
        } catch let error where !(error is CancellationError) {
            guard try await isAlive(record.request.preview, access) else { return .whenAsked }
            // Of two attempts at once one fails, and says nothing: the other's outcome is the service's.
            if try await kept.putAside(attempt, since: last) { return .after(Self.othersPause) }
            try await failed(error, record, release, on: access)
            return .whenAsked
        }
        return .whenAsked
    }

    /// How often another's work is looked at.
    private static let othersPause: Duration = .milliseconds(500)

    // MARK: Installing

    /// Tells of everything that is about to be made.
    private func announce(
        _ finished: ServiceTransformation.Finished, _ record: DeploymentRecord, _ release: String, revision: Int,
        on access: ClusterAccess
    ) async throws {
        let preview = record.request.preview
        let service = record.request.service
        var planned = finished.all.map(access.reference)
        planned.append(
            ObjectReference(
                cluster: access.name, apiVersion: "v1", kind: "Secret", namespace: preview.namespace,
                name: "sh.helm.release.v1.\(release).v\(revision)"))
        try await facts.publish([
            ResourcePlanned(
                preview: preview, objects: planned.uniqued(), madeBy: FactPublisher.source, plannedAt: Date()),
            ServiceDeploying(
                preview: preview, service: service.name, observedAt: Date(),
                message: (["Installing version \(service.targetVersion)."] + finished.notes).joined(separator: " ")),
        ])
    }

    private func install(
        _ finished: ServiceTransformation.Finished, _ record: DeploymentRecord, _ release: String, attempt: String,
        on access: ClusterAccess
    ) async throws {
        let preview = record.request.preview
        let service = record.request.service
        try await relax(to: finished.podSecurity, preview, on: access)
        try await access.apply(finished.prerequisites)
        var labels = PreviewLabels.labels(for: preview, service: service.name)
        labels[Self.fingerprintLabel] = record.fingerprint
        labels[ReleaseRevisions.attemptLabel] = attempt
        let options = HelmUpgradeOptions(
            installs: true, takesOwnership: true, labels: labels, historyLimit: 2, hookTimeout: settings.hookTimeout,
            description: "Preview \(preview.id) of \(service.application)")
        let chart = HelmChart.finished(name: release, appVersion: service.targetVersion, objects: finished.objects)
        let hooks = finished.objects.filter { !KindRules.hooks(of: $0).isEmpty }
        try await HookWatch(access: access, patience: patience, silence: settings.hookSilence).failingEarly(
            hooks, of: service.name, in: preview.namespace
        ) {
            try await access.helm.upgrade(release: release, to: chart, namespace: preview.namespace, options: options)
        }
    }

    /// Lets the namespace run pods that are not *restricted*, where this service has such, and says so.
    private func relax(to level: PodSecurityLevel, _ preview: PreviewReference, on access: ClusterAccess) async throws {
        guard level == .baseline else { return }
        let namespace = try await access.client.get(.namespaces, name: preview.namespace)
        guard namespace?.labels[NamespaceObjects.podSecurityLabel] == PodSecurityLevel.restricted.rawValue else {
            return
        }
        let change: JSONValue = [
            "metadata": ["labels": [NamespaceObjects.podSecurityLabel: .string(level.rawValue)]]
        ]
        _ = try await access.client.patch(.namespaces, name: preview.namespace, .merge(change))
        try await facts.publish([NamespaceReady(preview: preview, observedAt: Date(), podSecurity: level.rawValue)])
    }

    // MARK: Taking over

    /// A revision that is being worked on: by another process, or by one that died. Returns how long to wait, or `nil`
    /// when the revision has been put aside.
    private func takeOver(
        _ revision: HelmReleaseSecret, of record: DeploymentRecord, _ kept: ReleaseRevisions, on access: ClusterAccess
    ) async throws -> Duration? {
        let stamp = revision.labels["modifiedAt"] ?? revision.labels["createdAt"]
        let since = stamp.flatMap { Double($0) }.map { Date().timeIntervalSince1970 - $0 } ?? .infinity
        let isHookRunning = try await access.client.list(
            .jobs, namespace: revision.namespace,
            labels: ["\(PreviewLabels.service)": DNSLabel.shortened(record.request.service.name)]
        ).items.contains { $0.annotations["helm.sh/hook"] != nil && ($0.status["active"].int ?? 0) > 0 }
        let limit = isHookRunning ? settings.hookTimeout : settings.staleAfter
        guard since > Double(limit.components.seconds) else { return Self.othersPause }
        guard try await kept.remove(revision) else { return Self.othersPause }
        logger.notice("Took over an installation that was given up", metadata: ["secret": "\(revision.name)"])
        return nil
    }

    private func isAlive(_ preview: PreviewReference, _ access: ClusterAccess) async throws -> Bool {
        let namespace = try await access.client.get(.namespaces, name: preview.namespace)
        return namespace.map { !$0.isBeingDeleted } ?? false
    }

    // MARK: Failing

    private func failed(
        _ error: any Error, _ record: DeploymentRecord, _ release: String, on access: ClusterAccess
    ) async throws {
        let request = record.request
        let explanation = DeploymentFailure(access: access, settings: settings)
        let failure = try await explanation.failure(for: error, of: request, release: release)
        if case .transient = (error as? any ClassifiedFailure)?.failureClass ?? .transient {
            try await facts.publish([
                ServiceDeploying(
                    preview: request.preview, service: request.service.name, observedAt: Date(),
                    message: "Trying again: \(failure.message)")
            ])
            throw error
        }
        // Told first: once it is noted nobody comes back to it.
        try await facts.publish([
            ServiceFailed(
                preview: request.preview, service: request.service.name, observedAt: Date(), failure: failure)
        ])
        try await access.note(.failed(failure), on: record)
        logger.warning(
            "Service could not be installed", metadata: ["service": "\(release)", "reason": "\(failure.reason)"])
    }

    private func metadata(
        _ record: DeploymentRecord, _ finished: ServiceTransformation.Finished
    ) -> Logger.Metadata {
        [
            "preview.id": "\(record.request.preview.id)", "service": "\(record.request.service.name)",
            "objects": "\(finished.all.count)", "notes": "\(finished.notes.joined(separator: " "))",
        ]
    }
}

extension Array where Element: Hashable {
    /// The elements without repetitions, in their order.
    func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
