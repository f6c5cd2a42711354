import KubernetesClient

/// The Kubernetes Service by whose name a preview's service is reached.
enum ServiceAlias {
    /// A Service named as the preview's service, where the application's own Services are called otherwise; `nil` where
    /// there is one already, or nothing to lead to.
    static func alias(named name: String, for workload: String, among objects: [JSONValue]) -> JSONValue? {
        let services = objects.filter { $0["kind"].string == "Service" && $0["apiVersion"].string == "v1" }
        guard !services.contains(where: { $0["metadata"]["name"].string == name }) else { return nil }
        let labels =
            objects.first {
                $0["kind"].string == "Deployment" && $0["metadata"]["name"].string == workload
            }.flatMap { PodTemplates.template(of: $0) }?["metadata"]["labels"].strings ?? [:]
        let leading = services.filter { service in
            guard let selector = service["spec"]["selector"].strings, !selector.isEmpty else { return false }
            return selector.allSatisfy { labels[$0.key] == $0.value }
                && service["spec"]["ports"].array?.isEmpty == false
        }
        // A headless one is made for peers to find each other.
        guard var alias = leading.first(where: { $0["spec"]["clusterIP"].string != "None" }) ?? leading.first else {
            return nil
        }
        alias["metadata"] = ["name": .string(name)]
        alias["spec"]["clusterIP"] = nil
        return alias
    }
}
