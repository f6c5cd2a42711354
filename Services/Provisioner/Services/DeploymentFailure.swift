import Foundation
import Helm
import KubernetesClient
import PreviewDomain
import ServiceRuntime

/// Says why a service could not be installed: the object, the cause, the last log lines.
struct DeploymentFailure: Sendable {
    let access: ClusterAccess
    let settings: DeploymentSettings

    func failure(for error: any Error, of request: ServiceRequested, release: String) async throws -> Failure {
        let namespace = request.preview.namespace
        let redactor = try await access.cluster.redactor(for: namespace)
        switch error {
        case let error as HookStuck:
            return Failure(
                reason: error.problem.reason,
                message:
                    "Service \(request.service.name): the hook \(error.hook["metadata"]["name"].string ?? "") cannot run. "
                    + redactor.redacted(error.problem.message),
                object: access.reference(to: error.hook), nextStep: error.problem.nextStep)
        case let error as HelmFailure where error.kind == .hook:
            if let hook = try await failedHook(of: request, redactor) { return hook }
            return failure(
                "HookFailed", redactor.redacted(error.message), request, "Look at the hook's Job and its log.")
        case let error as HelmFailure:
            let next = Self.nextSteps[error.kind] ?? "Retry; if it stays, look at the release with helm history."
            return failure(
                "\(error.kind)".prefix(1).uppercased() + "\(error.kind)".dropFirst(),
                redactor.redacted(error.description),
                request, next)
        case let error as ManifestError:
            return failure(
                "Rendering", redactor.redacted(error.description), request,
                "Correct the chart of \(request.service.application).")
        case let error as HelmReleaseError:
            return failure(
                "ReleaseUnreadable", redactor.redacted(error.description), request,
                "Upgrade the release with Helm once.")
        case let error as ProvisioningError:
            return failure("NotDeployable", redactor.redacted(error.description), request, nil)
        case let error as KubernetesError:
            return failure(
                error.status?.reason ?? "ClusterUnreachable", redactor.redacted(error.description), request, nil)
        default:
            return failure("InstallationFailed", redactor.redacted("\(error)"), request, nil)
        }
    }

    private static let nextSteps: [HelmFailure.Kind: String] = [
        .programMissing: "Install Helm 3 beside the provisioner.",
        .rendering: "Correct the chart or its values, install it in production, then retry.",
        .refused: "The cluster refused an object: correct it in the chart, or the provisioner's rights, then retry.",
    ]

    private func failure(_ reason: String, _ message: String, _ request: ServiceRequested, _ next: String?) -> Failure {
        Failure(
            reason: reason, message: "Service \(request.service.name): \(message)",
            object: ObjectReference(
                cluster: access.name, apiVersion: "apps/v1", kind: "Deployment", namespace: request.preview.namespace,
                name: request.service.name),
            nextStep: next)
    }

    /// The hook that failed, with what its pod wrote.
    private func failedHook(of request: ServiceRequested, _ redactor: Redactor) async throws -> Failure? {
        let namespace = request.preview.namespace
        let service = DNSLabel.shortened(request.service.name)
        let labels: LabelSelector = [PreviewLabels.service: service]
        let jobs = try await access.client.list(.jobs, namespace: namespace, labels: labels).items
        guard
            let job = jobs.first(where: {
                $0.annotations["helm.sh/hook"] != nil && ($0.status["succeeded"].int ?? 0) == 0
            })
        else { return nil }
        let pods = try await access.client.list(.pods, namespace: namespace, labels: labels).items
            .filter { $0.ownerReferences.contains { $0.uid == job.uid } }
            .sorted { ($0.creationTimestamp ?? .distantPast) < ($1.creationTimestamp ?? .distantPast) }
        var lines: [String] = []
        let diagnosis = Diagnosis(
            patience: HealthPatience(startProblem: 0, restarts: 0, placement: 0, readiness: .infinity))
        let verdict = diagnosis.problem(ofJob: job.value, pods: pods.map(\.value), now: Date())?.problem
        var cause = verdict?.message ?? "It did not end in time."
        if let pod = pods.last {
            if let problem = diagnosis.problem(of: pod.value, now: Date())?.problem { cause = problem.message }
            for container in PodTemplates.containers(of: pod.value).compactMap({ $0["name"].string }) {
                let text = try await access.log(of: pod.name, container, in: namespace, lines: settings.logLines)
                lines += redactor.lastLines(text, settings.logLines)
            }
        }
        return Failure(
            reason: "HookFailed",
            message: "Service \(request.service.name): the hook \(job.name) failed: \(redactor.redacted(cause))",
            object: access.reference(to: job.value),
            nextStep: "Correct the version \(request.service.targetVersion), or its migration, then retry.",
            logLines: Array(lines.suffix(settings.logLines)))
    }
}
