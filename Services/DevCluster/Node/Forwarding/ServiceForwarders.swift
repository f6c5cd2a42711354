import Logging
import NIOCore
import NIOPosix

/// The listeners of all Services: each takes connections at a Service's address and port and passes them on to ready
/// pods in turn. A port without ready pods has no listener, so connections to it are refused.
actor ServiceForwarders {
    /// Where a connection may be passed on to.
    struct Backend: Hashable, Sendable {
        var host: String
        var port: Int
    }

    private struct Opened {
        var address: String
        var forwarders: [Int: TCPForwarder] = [:]
    }

    private var opened: [ObjectName: Opened] = [:]
    private let gate: NetworkGate
    private let logger: Logger

    init(gate: NetworkGate, logger: Logger) {
        self.gate = gate
        self.logger = logger
    }

    /// Brings a Service's listeners in line with its ports. Returns after how long to try again, if one could not be
    /// opened.
    func serve(_ service: ObjectName, at address: String, _ ports: [ServicePort]) async -> Duration? {
        if let old = opened[service], old.address != address { await close(service) }
        var wanted: [Int: [Backend]] = [:]
        for port in ports where port.protocolName == "TCP" && !port.backends.isEmpty {
            wanted[port.port] = port.backends
        }
        for (port, forwarder) in opened[service]?.forwarders ?? [:] where wanted[port] == nil {
            opened[service]?.forwarders[port] = nil
            await forwarder.close()
        }
        var again: Duration?
        for (port, backends) in wanted {
            if let forwarder = opened[service]?.forwarders[port] {
                forwarder.setBackends(backends)
                continue
            }
            do {
                let forwarder = try await TCPForwarder.open(
                    host: address, port: port, backends: backends, gate: gate)
                opened[service, default: Opened(address: address)].forwarders[port] = forwarder
            } catch {
                logger.warning(
                    "Service port not opened",
                    metadata: ["service": "\(service)", "address": "\(address):\(port)", "error": "\(error)"])
                again = .seconds(1)
            }
        }
        return again
    }

    /// Closes a Service's listeners. Returns the address that they had.
    @discardableResult
    func close(_ service: ObjectName) async -> String? {
        guard let old = opened.removeValue(forKey: service) else { return nil }
        for forwarder in old.forwarders.values { await forwarder.close() }
        return old.address
    }

    /// Closes every listener.
    func closeAll() async {
        for service in Array(opened.keys) { await close(service) }
    }
}
