import KubernetesClient

/// One port of a Service and where it leads.
struct ServicePort: Sendable, Equatable {
    /// One pod behind a port.
    struct Target: Sendable, Equatable {
        var address: String
        var port: Int
        var isReady: Bool
        var isTerminating = false
        var podName = ""
        var podUID = ""
        var nodeName = ""
        /// The pod's own name below the Service's.
        var hostname: String?
    }

    var name: String
    var port: Int
    var protocolName: String
    var targets: [Target]

    /// The addresses that take connections.
    var backends: [ServiceForwarders.Backend] {
        targets.filter { $0.isReady && $0.port > 0 }.map { .init(host: $0.address, port: $0.port) }
    }

    /// The ports of a Service with a selector. A headless Service without ports has one that only lists its pods.
    static func ports(of service: JSONValue, pods: [JSONValue]) -> [ServicePort] {
        let publishesAll = service.spec["publishNotReadyAddresses"]?.bool == true
        let listed = service.spec["ports"]?.array ?? []
        return (listed.isEmpty ? [[:]] : listed).map { port in
            let targets = pods.map { pod in
                Target(
                    address: pod.status["podIP"]?.string ?? "", port: targetPort(port, pod),
                    isReady: publishesAll || (pod.isReadyPod && !pod.isBeingDeleted),
                    isTerminating: pod.isBeingDeleted, podName: pod.name, podUID: pod.uid,
                    nodeName: pod.spec["nodeName"]?.string ?? "",
                    hostname: pod.spec["subdomain"]?.string == service.name ? pod.spec["hostname"]?.string : nil)
            }
            return ServicePort(port, targets: targets)
        }
    }

    /// The ports of a Service whose endpoints are written by someone else.
    static func ports(of service: JSONValue, slices: [JSONValue]) -> [ServicePort] {
        (service.spec["ports"]?.array ?? []).map { port in
            var targets: [Target] = []
            for slice in slices {
                let name = port["name"]?.string ?? ""
                let match = slice["ports"]?.array?.first { ($0["name"]?.string ?? "") == name }
                guard let number = match["port"]?.int else { continue }
                for endpoint in slice["endpoints"]?.array ?? [] {
                    let isReady = endpoint["conditions"]["ready"]?.bool ?? true
                    for address in (endpoint["addresses"]?.array ?? []).compactMap(\.string) {
                        targets.append(Target(address: address, port: number, isReady: isReady))
                    }
                }
            }
            return ServicePort(port, targets: targets)
        }
    }

    private init(_ port: JSONValue, targets: [Target]) {
        name = port["name"]?.string ?? ""
        self.port = port["port"]?.int ?? 0
        protocolName = port["protocol"]?.string ?? "TCP"
        self.targets = targets
    }

    private static func targetPort(_ port: JSONValue, _ pod: JSONValue) -> Int {
        let target = port["targetPort"]
        if let number = target?.int, number > 0 { return number }
        guard let name = target?.string, !name.isEmpty else { return port["port"]?.int ?? 0 }
        if let number = Int(name) { return number }
        for container in pod.spec["containers"]?.array ?? [] {
            for candidate in container["ports"]?.array ?? [] where candidate["name"]?.string == name {
                return candidate["containerPort"]?.int ?? 0
            }
        }
        return 0
    }
}
