import KubernetesClient
import Logging
import PreviewDomain
import ServiceRuntime

extension EnvironmentReports {
    /// Shows the state of a preview that was ordered elsewhere, where its cluster is configured so.
    func mirror(_ state: PreviewStateReported, logger: Logger) async throws {
        let access = try clusters.named(state.preview.cluster)
        guard let mirror = PreviewMirror(of: state.preview.id, on: access) else { return }
        let (name, namespace) = (mirror.preview.rawValue, mirror.namespace)
        do {
            var object = try await access.client.get(.previewEnvironments, name: name, namespace: namespace)
            if object == nil, state.status.isActive { object = try await mirror.make(showing: state, on: access) }
            guard let resource = object?.previewResource(on: access.name), let object else { return }
            guard mirror.isShown(by: object) else {
                logger.warning(
                    "Cannot show preview: the name of its resource is taken", metadata: ["resource": "\(resource)"])
                return
            }
            try await take(state, of: resource, logger: logger)
        } catch let error as KubernetesError where error.isTypeMissing {
            logger.debug("Cannot show preview: the cluster has no PreviewEnvironment definition")
        }
    }
}
