import KubernetesClient
import Logging

/// Gives Services their addresses, names and endpoints, and has connections to them forwarded.
struct ServiceController: Sendable {
    let cluster: ClusterState
    let network: NodeNetwork
    let hosts: HostsFiles
    let forwarders: ServiceForwarders

    func controller(logger: Logger) -> Controller {
        Controller(
            name: "service", cluster: cluster,
            watches: [
                .itself(.services),
                Controller.Watch(resource: .pods) { pod in
                    cluster.list(.services, pod.namespace).filter { service in
                        guard let labels = service.spec["selector"]?.strings, !labels.isEmpty else { return false }
                        return PodSelector(labels: labels).matches(pod.labels)
                    }.map { ObjectName($0) }
                },
                // Endpoints of a Service without a selector are the user's.
                Controller.Watch(resource: .endpointSlices) { slice in
                    guard slice.labels[EndpointSlice.managedBy] != EndpointSlice.manager,
                        let service = slice.labels[EndpointSlice.serviceName]
                    else { return [] }
                    return [ObjectName(slice.namespace, service)]
                },
            ], logger: logger, reconcile: reconcile)
    }

    /// Has new Services get addresses of this cluster's block, and notes those that stored Services have already.
    func provideAddresses() {
        let addresses = network.services
        cluster.store.allocateServiceAddresses { addresses.allocate() }
        for service in cluster.list(.services) {
            if let address = service.spec["clusterIP"]?.string { network.services.reserve(address) }
        }
    }

    func reconcile(_ name: ObjectName) async throws -> Duration? {
        guard let service = cluster.get(.services, name.namespace, name.name), !service.isBeingDeleted else {
            hosts.set(name, nil)
            if let address = await forwarders.close(name) { network.services.release(address) }
            return nil
        }
        try takeUpAddress(of: service)
        let ports = try endpoints(of: service)
        let isHeadless = service.spec["clusterIP"]?.string == "None"
        if service.spec["type"]?.string == "ExternalName" {
            hosts.set(name, nil)
            return nil
        }
        if let slice = EndpointSlice.object(of: service, ports: ports) { try write(slice) }
        hosts.set(name, entries(of: service, ports, isHeadless: isHeadless))
        guard !isHeadless, let address = service.spec["clusterIP"]?.string, !address.isEmpty else { return nil }
        return await forwarders.serve(name, at: address, ports)
    }

    /// Notes an address that the user chose, and shows the address of a load balancer.
    private func takeUpAddress(of service: JSONValue) throws(APIError) {
        guard let address = service.spec["clusterIP"]?.string, !address.isEmpty, address != "None" else { return }
        network.services.reserve(address)
        guard service.spec["type"]?.string == "LoadBalancer" else { return }
        try cluster.update(.services, service.namespace, service.name, .status) { object in
            object["status"]["loadBalancer"]["ingress"] = [["ip": .string(address)]]
        }
    }

    private func endpoints(of service: JSONValue) throws(APIError) -> [ServicePort] {
        let labels = service.spec["selector"]?.strings ?? [:]
        guard !labels.isEmpty else {
            let slices = cluster.list(.endpointSlices, service.namespace).filter {
                $0.labels[EndpointSlice.serviceName] == service.name
                    && $0.labels[EndpointSlice.managedBy] != EndpointSlice.manager
            }
            return ServicePort.ports(of: service, slices: slices)
        }
        let selector = PodSelector(labels: labels)
        let pods = cluster.list(.pods, service.namespace).filter {
            selector.matches($0.labels) && !$0.isFinishedPod && $0.status["podIP"] != nil
        }
        return ServicePort.ports(of: service, pods: pods)
    }

    private func write(_ slice: JSONValue) throws(APIError) {
        if try cluster.ensure(.endpointSlices, slice) { return }
        try cluster.update(.endpointSlices, slice.namespace, slice.name) { object in
            object["endpoints"] = slice["endpoints"]
            object["ports"] = slice["ports"]
        }
    }

    private func entries(
        of service: JSONValue, _ ports: [ServicePort], isHeadless: Bool
    ) -> [HostsFiles.Entry] {
        let namespace = service.namespace ?? ""
        guard isHeadless else {
            let address = service.spec["clusterIP"]?.string ?? ""
            return [HostsFiles.Entry(namespace: namespace, name: service.name, addresses: [address])]
        }
        let targets = ports.first?.targets ?? []
        let ready = targets.filter(\.isReady).map(\.address)
        let named = targets.compactMap { target in
            target.hostname.map {
                HostsFiles.Entry(
                    namespace: namespace, name: "\($0).\(service.name)", addresses: [target.address])
            }
        }
        return [HostsFiles.Entry(namespace: namespace, name: service.name, addresses: ready)] + named
    }
}
