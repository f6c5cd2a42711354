import KubernetesClient
import Logging
import ServiceRuntime

/// Follows the PreviewEnvironments of a cluster, in all its namespaces.
struct EnvironmentWatcher: Sendable {
    let index: EnvironmentIndex
    let reconciler: EnvironmentReconciler
    let departures: EnvironmentDepartures
    let settings: EnvironmentSettings
    let logger: Logger

    /// Watches until cancelled. A cluster that does not serve the resource is asked again now and then, quietly.
    func watch(_ access: ClusterAccess) async throws {
        guard access.cluster.environments.isWatched else { return }
        defer { index.end(access.name) }
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await departures.follow(access) }
            try await follow(access)
        }
    }

    private func follow(_ access: ClusterAccess) async throws {
        var isMissing = false
        while true {
            do {
                for try await event in access.client.watch(.previewEnvironments) {
                    for resource in index.record(event, on: access.name) { reconciler.request(resource) }
                }
            } catch let error as KubernetesError where error.isNotFound {
                if !isMissing {
                    logger.info(
                        "Cluster has no PreviewEnvironment definition", metadata: ["cluster": "\(access.name)"])
                }
                isMissing = true
            } catch let error as KubernetesError where error.isForbidden {
                logger.warning("May not watch PreviewEnvironments", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: settings.definitionPause)
        }
    }
}
