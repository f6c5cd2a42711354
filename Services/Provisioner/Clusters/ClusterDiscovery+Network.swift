import KubernetesClient

extension ClusterDiscovery {
    /// What network policies need to know of a cluster.
    struct Network: Sendable {
        /// Where the API server answers, as the cluster itself says it: behind its Service, and at it. Some networks
        /// look at an address before it is translated.
        var apiServer: [NetworkPolicies.Address]
        var hasCilium: Bool
    }

    /// Reads what is not known yet.
    func network() async throws -> Network {
        async let slices = client.list(
            .endpointSlices, namespace: "default", labels: ["kubernetes.io/service-name": "kubernetes"])
        async let service = client.get(.services, name: "kubernetes", namespace: "default")
        async let types = namespacedTypes()
        var addresses = try await slices.items.flatMap { slice in
            let hosts = (slice["endpoints"].array ?? []).flatMap { $0["addresses"].array ?? [] }.compactMap(\.string)
            let ports = (slice["ports"].array ?? []).compactMap { $0["port"].int }
            return hosts.flatMap { host in ports.map { NetworkPolicies.Address(host: host, port: $0) } }
        }
        if let service = try await service, let host = service.spec["clusterIP"].string, host != "None" {
            let ports = (service.spec["ports"].array ?? []).compactMap { $0["port"].int }
            addresses += ports.map { NetworkPolicies.Address(host: host, port: $0) }
        }
        let hasCilium = try await types.contains { $0.group == "cilium.io" && $0.kind == "CiliumNetworkPolicy" }
        return Network(apiServer: addresses, hasCilium: hasCilium)
    }
}
