import KubernetesClient

/// The EndpointSlice that shows where a Service leads.
enum EndpointSlice {
    static let serviceName = "kubernetes.io/service-name"
    static let managedBy = "endpointslice.kubernetes.io/managed-by"
    static let manager = "endpointslice-controller.k8s.io"

    /// The slice of a Service; `nil` for one whose endpoints someone else writes.
    static func object(of service: JSONValue, ports: [ServicePort]) -> JSONValue? {
        guard !(service.spec["selector"]?.strings ?? [:]).isEmpty else { return nil }
        let targets = ports.first?.targets ?? []
        let endpoints: [JSONValue] = targets.sorted { $0.podName < $1.podName }.map { target in
            var endpoint: JSONValue = [
                "addresses": [.string(target.address)],
                "conditions": [
                    "ready": .bool(target.isReady), "serving": .bool(target.isReady),
                    "terminating": .bool(target.isTerminating),
                ],
                "nodeName": .string(target.nodeName),
                "targetRef": [
                    "kind": "Pod", "name": .string(target.podName), "namespace": .string(service.namespace ?? ""),
                    "uid": .string(target.podUID),
                ],
            ]
            if let hostname = target.hostname { endpoint["hostname"] = .string(hostname) }
            return endpoint
        }
        let shown: [JSONValue] = ports.filter { $0.port > 0 }.map { port in
            let number = port.targets.lazy.map(\.port).first { $0 > 0 } ?? port.port
            return [
                "name": .string(port.name), "port": JSONValue(number), "protocol": .string(port.protocolName),
            ]
        }
        return [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
            "metadata": [
                // One slice holds them all; so its name need not be generated.
                "name": .string("\(service.name)-endpoints"), "namespace": .string(service.namespace ?? ""),
                "labels": JSONValue(
                    service.labels.merging([serviceName: service.name, managedBy: manager]) { $1 }),
                "ownerReferences": [service.asController],
            ],
            "endpoints": .array(endpoints), "ports": .array(shown),
        ]
    }
}
