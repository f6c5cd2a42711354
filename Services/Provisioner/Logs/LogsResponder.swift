import KubernetesClient
import MessageBus
import PreviewDomain
import ServiceRuntime

/// Answers with the last log lines of a service's pods.
struct LogsResponder: RequestResponder {
    let clusters: Clusters

    func respond(to payload: LogsRequested, context: MessageContext) async throws -> LogsAnswered {
        do {
            let logs = try await read(payload)
            return LogsAnswered(preview: payload.preview, service: payload.service, logs: logs)
        } catch let error as KubernetesError {
            return failure(payload, error.description)
        } catch let error as ProvisioningError {
            return failure(payload, error.description)
        }
    }

    /// Reads the logs.
    func read(_ payload: LogsRequested) async throws -> [LogsAnswered.ContainerLog] {
        let access = try clusters.named(payload.preview.cluster)
        let namespace = payload.preview.namespace
        let labels = [
            PreviewLabels.preview: payload.preview.id.rawValue,
            PreviewLabels.service: DNSLabel.shortened(payload.service),
        ]
        async let secrets = access.cluster.redactor(for: namespace)
        let all = try await access.client.list(.pods, namespace: namespace, labels: LabelSelector(labels)).items
        // Pods that end make room for those that are asked about, as long as there are any.
        let living = all.filter { !$0.isBeingDeleted }
        let pods = living.isEmpty ? all : living
        let redactor = try await secrets
        let lines = min(max(1, payload.tailLines), 5000)
        return try await withThrowingTaskGroup(of: LogsAnswered.ContainerLog.self) { group in
            for pod in pods {
                for container in PodTemplates.containers(of: pod.value).compactMap({ $0["name"].string }) {
                    group.addTask {
                        let text = try await access.log(of: pod.name, container, in: namespace, lines: lines)
                        return .init(
                            pod: pod.name, container: container, lines: redactor.lastLines(text, lines))
                    }
                }
            }
            let logs = try await group.reduce(into: []) { $0.append($1) }
            return logs.sorted { ($0.pod, $0.container) < ($1.pod, $1.container) }
        }
    }

    private func failure(_ payload: LogsRequested, _ message: String) -> LogsAnswered {
        LogsAnswered(
            preview: payload.preview, service: payload.service, logs: [],
            failure: Failure(reason: "LogsUnavailable", message: message))
    }
}

extension ClusterAccess {
    /// A container's log; empty where it has none, as before its first start.
    func log(
        of pod: String, _ container: String, in namespace: String, lines: Int, previous: Bool = false
    ) async throws -> String {
        do {
            return try await client.logs(
                pod: pod, namespace: namespace, container: container, tailLines: lines, previous: previous)
        } catch let error as KubernetesError where [400, 404].contains(error.status?.code) {
            return ""
        }
    }
}
