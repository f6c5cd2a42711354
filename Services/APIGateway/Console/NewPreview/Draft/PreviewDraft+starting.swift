import Foundation
import PreviewDomain

extension PreviewDraft {
    /// An empty draft.
    init(limits: PreviewLimits) { ttlHours = "\(limits.defaultHours)" }

    /// What is to be tried again: a preview's services with their settings and versions.
    init(again preview: Preview, limits: PreviewLimits) {
        let hours = Int((preview.ttl / limits.secondsPerHour).rounded())
        ttlHours = "\(min(max(hours, limits.hours.lowerBound), limits.hours.upperBound))"
        name = preview.name
        services = preview.services.map { Service($0, cluster: preview.cluster) }
        visited = [.applications, .configuration, .network, .variables]
    }

    /// Adds an application to the preview, or takes it back in.
    mutating func choose(_ application: Application) {
        let service = Service(application)
        if services.contains(where: { $0.key == service.key }) {
            return change(service.key) { $0.isChosen = true }
        }
        // Without an address outside nobody can look at it.
        services.append(service)
        if !application.serviceNames.isEmpty { change(service.key) { $0.isExternal = true } }
    }
}

extension PreviewDraft.Service {
    /// The application with nothing typed for it.
    init(_ application: Application) {
        self.init(cluster: application.cluster, application: application.reference.description)
    }

    fileprivate init(_ service: ServiceSpecification, cluster: String) {
        self.init(
            cluster: cluster, application: service.application.description, targetVersion: service.targetVersion,
            replicas: "\(service.replicas)", cpuRequest: service.resources.cpuRequest,
            cpuLimit: service.resources.cpuLimit, memoryRequest: service.resources.memoryRequest,
            memoryLimit: service.resources.memoryLimit, isAutoscaled: service.autoscaling.enabled,
            minReplicas: "\(service.autoscaling.minReplicas)", maxReplicas: "\(service.autoscaling.maxReplicas)",
            targetCPUPercent: "\(service.autoscaling.targetCPUPercent)", isExternal: service.externalDNS)
        variables = service.variables.sorted { $0.key < $1.key }.map {
            .init(id: UUID().uuidString, name: $0.key, value: $0.value)
        }
    }
}
