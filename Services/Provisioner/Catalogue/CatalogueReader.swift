import Foundation
import Helm
import KubernetesClient
import PreviewDomain

/// Reads the applications that run on a cluster.
struct CatalogueReader: Sendable {
    let access: ClusterAccess
    /// Namespaces of the cluster itself, whose Deployments are no applications.
    let excludedNamespaces: Set<String>

    /// Types whose changes change the catalogue, and whether every cluster serves them.
    static let triggers: [(ResourceType, Bool)] = [(.deployments, true), (.services, true), (.postgresClusters, false)]

    /// All applications, by namespace and name.
    func read() async throws -> [Application] {
        async let deploymentList = access.client.list(.deployments, labels: "!\(PreviewLabels.preview)")
        async let namespaceList = access.client.list(.namespaces, labels: "!\(PreviewLabels.preview)")
        async let serviceList = access.client.list(.services, labels: "!\(PreviewLabels.preview)")
        let deployments = try await deploymentList.items.map(\.value).filter { !isExcluded($0) }
        let services = Dictionary(grouping: try await serviceList.items.map(\.value)) {
            $0["metadata"]["namespace"].string ?? ""
        }
        let byNamespace = Dictionary(grouping: deployments) { $0["metadata"]["namespace"].string ?? "" }
        let annotations = Dictionary(try await namespaceList.items.map { ($0.name, $0.annotations) }) { first, _ in
            first
        }
        let databases = try await access.knownDatabases(in: Set(byNamespace.keys))
        return try await withThrowingTaskGroup(of: [Application].self) { group in
            for (namespace, deployments) in byNamespace {
                group.addTask {
                    try await applications(
                        in: namespace, annotations[namespace] ?? [:], deployments, services[namespace] ?? [], databases)
                }
            }
            let all = try await group.reduce(into: []) { $0 += $1 }
            return all.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
        }
    }

    private func isExcluded(_ deployment: JSONValue) -> Bool {
        excludedNamespaces.contains(deployment["metadata"]["namespace"].string ?? "")
    }

    private func applications(
        in namespace: String, _ annotations: [String: String], _ deployments: [JSONValue], _ services: [JSONValue],
        _ databases: [KnownDatabase]
    ) async throws -> [Application] {
        let used = ObjectReferences.names(in: deployments)
        async let secrets = access.objects(.secrets, used.secrets, in: namespace)
        async let configMaps = access.objects(.configMaps, used.configMaps, in: namespace)
        let finder = ApplicationFinder(
            cluster: access.name, namespace: namespace, databases: databases,
            secrets: try await secrets.mapValues(KeyedObject.texts),
            configMaps: try await configMaps.mapValues(KeyedObject.texts), annotations: annotations)
        return finder.applications(in: deployments, services: services)
    }
}
