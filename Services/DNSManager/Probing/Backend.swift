import Shared

/// What stands behind an address in the cluster.
struct Backend: Sendable, Equatable {
    /// The port to send requests to; `nil` while there is no Kubernetes Service.
    var port: BackendPort?
    /// How many endpoints take requests.
    var readyEndpoints: Int

    init(service: KubernetesObject?, endpointSlices: [KubernetesObject]) {
        port = service.flatMap(BackendPort.init(of:))
        readyEndpoints = endpointSlices.reduce(0) { sum, slice in
            sum
                + (slice["endpoints"].array ?? []).count { endpoint in
                    // Missing means ready, says the API.
                    endpoint["conditions"]["ready"].bool ?? true
                }
        }
    }

    /// Whether requests can be answered, as far as the cluster knows.
    var isUp: Bool { port != nil && readyEndpoints > 0 }
}
