import Foundation
import Helm
import Logging
import MessageBus
import PreviewDomain
import ServiceRuntime

/// Carries one attempt from where its record stands to its end.
struct PromotionDriver: Sendable {
    let cluster: Cluster
    let records: PromotionRecords
    let helm: HelmProgram
    let hooks: HookSettings
    let rolloutDeadline: Duration
    let publisher: any MessagePublishing
    let logger: Logger

    /// Goes from phase to phase; each is kept before it is begun and reported when it is.
    func drive(_ initial: PromotionRecord) async throws {
        var record = initial
        while !record.isFinished {
            do {
                try await step(&record)
            } catch let refusal as PromotionRefused {
                record.fail(refusal.failure)
            } catch let error as HelmFailure where error.failureClass == .permanent {
                let failure = Failure(
                    reason: "HelmFailed", message: "helm \(error.command) failed: \(error.message)",
                    nextStep: "Mend the chart or the cluster, then retry the promotion.")
                record.failed(try await failure.redacted(for: record.request.application, on: cluster))
            }
            try await records.save(record)
            try await report(record)
        }
    }

    private func step(_ record: inout PromotionRecord) async throws {
        let change = try await change(for: record.request)
        switch record.phase {
        case .accepted:
            switch try await change.prepare(record.request) {
            // What runs already is watched like a change: it may be one of this attempt, or still rolling out.
            case .alreadyThere: record.enter(.rolling)
            case .refused(let failure): record.fail(failure)
            case .ready(let before, let diff):
                record.before = before
                record.detail.diff = diff
                record.enter(.changing)
            }
        case .changing:
            try await change.apply(record)
            record.enter(.rolling)
        case .rolling:
            if let failure = try await rollout(record.request, version: record.request.targetVersion) {
                record.failed(failure)
            } else {
                record.enter(.completed)
            }
        case .rollingBack:
            try await change.rollBack(record)
            record.detail.rolledBack = true
            record.fail(record.failure ?? Failure(reason: "RolloutFailed", message: "The rollout failed."))
        case .completed, .failed: break
        }
    }

    private func change(for request: PromotionRequested) async throws -> any ProductionChange {
        let application = try await ProductionApplication.find(request.application, on: cluster)
        guard let release = application?.release else { return DeploymentChange(cluster: cluster) }
        return HelmChange(cluster: cluster, helm: helm, hooks: hooks, release: release)
    }

    private func rollout(_ request: PromotionRequested, version: String) async throws -> Failure? {
        try await RolloutWatch(cluster: cluster, application: request.application, version: version)
            .outcome(within: rolloutDeadline)
    }

    private func report(_ record: PromotionRecord) async throws {
        guard let fact = record.report(now: Date()) else { return }
        logger.info(
            "Promotion went on",
            metadata: [
                LogKey.preview: "\(record.request.preview.id)", LogKey.service: "\(record.request.service)",
                "phase": "\(record.phase.rawValue)",
            ])
        try await publisher.publish([Message(fact, source: "promoter")])
    }
}

extension Failure {
    /// The failure without the values of production's secrets: programs and charts may have put them into their words.
    func redacted(for application: ApplicationReference, on cluster: Cluster) async throws -> Failure {
        let redactor = try await cluster.redactor(for: application.namespace)
        var failure = self
        failure.message = redactor.redacted(message)
        failure.logLines = logLines.map(redactor.redacted)
        return failure
    }
}

extension PromotionRecord {
    mutating func enter(_ next: Phase) {
        phase = next
        since = Date()
    }

    /// Something failed: production is put back first, where it may have been changed.
    mutating func failed(_ failure: Failure) {
        guard before != nil, phase == .changing || phase == .rolling else { return fail(failure) }
        self.failure = failure
        enter(.rollingBack)
    }

    mutating func fail(_ failure: Failure) {
        self.failure = failure
        enter(.failed)
    }
}
