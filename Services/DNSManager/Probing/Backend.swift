import Shared

/// What stands behind an address in the cluster.
struct Backend: Sendable, Equatable {
    /// The port to send requests to; `nil` while there is no Kubernetes Service.
    var port: BackendPort?
    /// How many endpoints take requests.
    var readyEndpoints: Int
    /// The ports of the pods that requests go to; empty where the Service's `targetPort` is none of theirs.
    var targetPorts: [Int]

    init(service: KubernetesObject?, endpointSlices: [KubernetesObject]) {
        port = service.flatMap(BackendPort.init(of:))
        readyEndpoints = endpointSlices.reduce(0) { sum, slice in
            sum
                + (slice["endpoints"].array ?? []).count { endpoint in
                    // Missing means ready, says the API.
                    endpoint["conditions"]["ready"].bool ?? true
                }
        }
        let ports = endpointSlices.flatMap { $0["ports"].array ?? [] }.compactMap { $0["port"].int }
        targetPorts = Array(Set(ports)).sorted()
    }

    /// Whether requests can be answered, as far as the cluster knows.
    var isUp: Bool { port != nil && readyEndpoints > 0 }
}
