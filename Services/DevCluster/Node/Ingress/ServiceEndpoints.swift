import Synchronization

/// Where every Service leads now, for the entry point, which connects to pods itself.
final class ServiceEndpoints: Sendable {
    private struct State {
        var ports: [ObjectName: [ServicePort]] = [:]
        var turn = 0
    }

    private let state = Mutex(State())

    /// Sets the ports of a Service; `nil` when it is gone.
    func set(_ service: ObjectName, _ ports: [ServicePort]?) {
        state.withLock { $0.ports[service] = ports }
    }

    /// The next ready pod behind a Service's port, by name or number; `nil` when there is none.
    func next(_ service: ObjectName, port: IngressRoutes.Port) -> ServiceForwarders.Backend? {
        state.withLock { state in
            let match = state.ports[service]?.first { candidate in
                switch port {
                case .name(let name): candidate.name == name
                case .number(let number): candidate.port == number
                }
            }
            guard let backends = match?.backends, !backends.isEmpty else { return nil }
            state.turn &+= 1
            return backends[state.turn % backends.count]
        }
    }
}
