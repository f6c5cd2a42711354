import Shared

/// The outside address of one service of one preview.
struct Address: Sendable, Hashable {
    /// The preview, at the generation that was asked for.
    var preview: PreviewReference
    /// The service that is to answer.
    var service: String
    /// Where it is to answer, the host to show first.
    var hosts: [String]

    /// Labels of everything that is made.
    var labels: [String: String] { PreviewLabels.labels(for: preview, service: service) }
}

/// The port of the Kubernetes Service behind an address.
enum BackendPort: Sendable, Hashable {
    case name(String)
    case number(Int)

    /// The port to send requests to: one that says it is for HTTP, else the first.
    init?(of service: KubernetesObject) {
        let ports = service.spec["ports"].array ?? []
        let isHTTP: (JSONValue) -> Bool = { port in
            ["http", "web"].contains(port["name"].string ?? "")
                || ["http", "kubernetes.io/h2c"].contains(port["appProtocol"].string ?? "")
        }
        guard let port = ports.first(where: isHTTP) ?? ports.first(where: { $0["protocol"].string != "UDP" }) else {
            return nil
        }
        if let name = port["name"].string, !name.isEmpty {
            self = .name(name)
        } else if let number = port["port"].int {
            self = .number(number)
        } else {
            return nil
        }
    }

    /// As an Ingress has it.
    var value: JSONValue {
        switch self {
        case .name(let name): ["name": .string(name)]
        case .number(let number): ["number": JSONValue(number)]
        }
    }
}
