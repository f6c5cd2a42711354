import Helm
import KubernetesClient
import PreviewDomain
import ServiceRuntime

/// Upgrades a Helm release with its own chart and values, only the image's tag changed.
struct HelmChange: ProductionChange {
    let cluster: Cluster
    let helm: HelmProgram
    let hooks: HookSettings
    /// The release's name.
    let release: String

    /// Marks the revisions that a promotion made, so that one that died knows its own.
    private static let label = "understudy.dev/promotion"

    func prepare(_ request: PromotionRequested) async throws -> Preparation {
        guard let application = try await ProductionApplication.find(request.application, on: cluster),
            let deployed = try await revisions(request).newestDeployed
        else { return .refused(ProductionApplication.missing(request)) }
        if application.image.version == request.targetVersion { return .alreadyThere }
        if let objection = application.objection(to: request) { return .refused(objection) }
        let current = try deployed.decoded()
        switch try await upgrade(of: current, application, request) {
        case .refused(let failure): return .refused(failure)
        case .found(_, _, let diff): return .ready(before: String(current.revision), diff: diff)
        }
    }

    func apply(_ record: PromotionRecord) async throws {
        let revisions = try await settledRevisions(record)
        if let newest = revisions.newest, newest.labels[Self.label] == record.name, newest.status == .deployed {
            return
        }
        if let newest = revisions.newest, newest.status.isPending {
            // Helm died in the middle; what it left is put back first, or no upgrade is let in.
            try await rollBack(record)
        }
        guard let deployed = try await self.revisions(record.request).newestDeployed,
            let application = try await ProductionApplication.find(record.request.application, on: cluster)
        else { throw PromotionRefused(failure: ProductionApplication.missing(record.request)) }
        if application.image.version == record.request.targetVersion { return }
        // Someone may have changed production since it was looked at.
        if let objection = application.objection(to: record.request) { throw PromotionRefused(failure: objection) }
        let current = try deployed.decoded()
        switch try await upgrade(of: current, application, record.request) {
        case .refused(let failure): throw PromotionRefused(failure: failure)
        case .found(let values, let objects, _):
            // One that was ended too early left a revision; the next has more time.
            let attempts = revisions.count { $0.labels[Self.label] == record.name }
            let watch = HelmHookWatch(
                objects: objects, in: record.request.application.namespace, client: cluster.client,
                silence: hooks.silence(afterAttempts: attempts))
            try await watch.follow {
                try await helm.upgrade(
                    release: release, to: current.chart, values: values,
                    namespace: record.request.application.namespace,
                    options: HelmUpgradeOptions(
                        labels: [Self.label: record.name], hookTimeout: hooks.timeout,
                        description:
                            "Promoted from preview \(record.request.preview.id) by \(record.request.approval.by)"))
            }
        }
    }

    func rollBack(_ record: PromotionRecord) async throws {
        let (namespace, former) = (record.request.application.namespace, record.before.flatMap { Int($0) })
        let revisions = try await revisions(record.request)
        let target = try revisions.first { $0.revision == former }?.decoded()
        // One that was ended too early left a revision; the next has more time.
        let attempts = revisions.count { $0.status == .pendingRollback }
        let watch = HelmHookWatch(
            .rollback, objects: try (target?.hooks ?? []).flatMap { try ManifestDocuments.objects(in: $0) },
            in: namespace, client: cluster.client, silence: hooks.silence(afterAttempts: attempts))
        try await watch.follow {
            try await helm.rollback(
                release: release, namespace: namespace, revision: former, hookTimeout: hooks.timeout)
        }
    }

    private enum Search {
        /// - Parameter objects: what the release renders to then.
        case found(values: JSONValue, objects: [JSONValue], diff: String)
        case refused(Failure)
    }

    /// The values that change the image and nothing else.
    private func upgrade(
        of current: HelmRelease, _ application: ProductionApplication, _ request: PromotionRequested
    ) async throws -> Search {
        guard current.chart.dependencies.isEmpty else {
            return .refused(
                refusal(
                    "The chart \(current.chart.title) depends on other charts, which Helm does not keep in the release.",
                    nextStep: "Upgrade the release \(release) by hand."))
        }
        let change = ImageChange(
            repository: application.image.repository, from: application.image.version, to: request.targetVersion)
        let before = try await render(current, values: current.values, request)
        var closest: [ImageChange.Difference] = []
        let candidates = VersionValue.candidates(
            values: current.values, defaults: current.chart.values, from: change.from, to: change.to)
        for values in candidates {
            let after = try await render(current, values: values, request)
            let differences = ImageChange.differences(from: before, to: after)
            if !differences.isEmpty, differences.allSatisfy(change.explains) {
                return .found(values: values, objects: after, diff: ImageChange.text(of: differences))
            }
            if closest.isEmpty { closest = differences.filter { !change.explains($0) } }
        }
        let example = closest.first.map { ", but \($0.object) \($0.path) would change as well" } ?? ""
        return .refused(
            refusal(
                "No value of the release \(release) changes the image \(application.image) alone\(example).",
                nextStep: "Upgrade the release by hand, or give its chart a value for the image's tag."))
    }

    private func render(
        _ release: HelmRelease, values: JSONValue, _ request: PromotionRequested
    ) async throws -> [JSONValue] {
        try await helm.render(
            release.chart, values: values, release: release.name, namespace: request.application.namespace,
            isUpgrade: true)
    }

    private func revisions(_ request: PromotionRequested) async throws -> [HelmReleaseSecret] {
        try await cluster.client.list(
            .secrets, namespace: request.application.namespace,
            labels: LabelSelector(stringLiteral: HelmReleaseSecret.selector(release: release))
        ).items.compactMap { HelmReleaseSecret($0.value) }
    }

    /// The revisions, once a Helm process that may still run has ended: one of a promoter that was killed goes on alone.
    private func settledRevisions(_ record: PromotionRecord) async throws -> [HelmReleaseSecret] {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let revisions = try await revisions(record.request)
            guard revisions.newest?.status.isPending == true, ContinuousClock.now < deadline else { return revisions }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private func refusal(_ message: String, nextStep: String) -> Failure {
        Failure(reason: "NotImageAlone", message: message, nextStep: nextStep)
    }
}

/// A promotion that must not be made.
struct PromotionRefused: ClassifiedFailure {
    let failure: Failure
    var failureClass: FailureClass { .permanent }
}
