import KubernetesClient

/// A readiness, liveness or startup probe.
struct Probe: Sendable {
    /// What is asked.
    enum Check: Sendable {
        case http(host: String, port: Int, path: String, headers: [(String, String)], isTLS: Bool)
        case tcp(host: String, port: Int)
        case exec([String])

        /// Whether a look starts a program.
        var isCommand: Bool {
            if case .exec = self { true } else { false }
        }
    }

    /// Which of a container's probes it is, as messages name it.
    enum Purpose: String, Sendable {
        case readiness = "Readiness"
        case liveness = "Liveness"
        case startup = "Startup"
    }

    var purpose: Purpose
    var check: Check
    var initialDelay: Duration
    var period: Duration
    var timeout: Duration
    var successThreshold: Int
    var failureThreshold: Int
    /// Time to end that a failed liveness probe gives, if not the pod's.
    var terminationGracePeriod: Duration?

    /// `nil` when the container has no such probe.
    init?(_ purpose: Purpose, of container: JSONValue, podAddress: String) {
        guard let value = container["\(purpose.rawValue.lowercased())Probe"], !value.isNull else { return nil }
        self.purpose = purpose
        if let http = value["httpGet"] {
            let headers = (http["httpHeaders"]?.array ?? []).compactMap { header in
                header["name"]?.string.map { ($0, header["value"]?.string ?? "") }
            }
            check = .http(
                host: http["host"]?.string ?? podAddress, port: Self.port(http["port"], of: container),
                path: http["path"]?.string ?? "/", headers: headers,
                isTLS: http["scheme"]?.string?.uppercased() == "HTTPS")
        } else if let command = value["exec"]["command"]?.array {
            check = .exec(command.compactMap(\.string))
        } else {
            let socket = value["tcpSocket"] ?? value["grpc"]
            check = .tcp(
                host: socket["host"]?.string ?? podAddress, port: Self.port(socket["port"], of: container))
        }
        initialDelay = .seconds(value["initialDelaySeconds"]?.int ?? 0)
        period = .seconds(max(1, value["periodSeconds"]?.int ?? 10))
        timeout = .seconds(max(1, value["timeoutSeconds"]?.int ?? 1))
        successThreshold = max(1, value["successThreshold"]?.int ?? 1)
        failureThreshold = max(1, value["failureThreshold"]?.int ?? 3)
        terminationGracePeriod = value["terminationGracePeriodSeconds"]?.int.map { .seconds($0) }
    }

    /// A port by number or by the container's name for it; 0 when there is no such port.
    static func port(_ value: JSONValue?, of container: JSONValue) -> Int {
        if let number = value?.int { return number }
        guard let name = value?.string else { return 0 }
        if let number = Int(name) { return number }
        let port = container["ports"]?.array?.first { $0["name"]?.string == name }
        return port["containerPort"]?.int ?? 0
    }
}
