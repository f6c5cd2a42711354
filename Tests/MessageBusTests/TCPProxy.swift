import Foundation
import Synchronization

/// Forwards connections on a loopback port to another, until told to forward nothing more or to cut them.
final class TCPProxy: Sendable {
    private struct State {
        var isListening = true
        var isForwarding = true
        var isReading = true
        // Both ends of each connection, with how many directions are still open.
        var pairs: [Int32: (other: Int32, directions: Int)] = [:]
    }

    let port: Int
    private let listener: Int32
    private let target: UInt16
    private let state = Mutex(State())

    init(to target: Int) throws {
        self.target = UInt16(target)
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw NotInTime(what: "listen", location: "TCPProxy") }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread { [self] in accept() }.start()
    }

    /// The URL, with this proxy in place of the broker.
    func url(_ url: String) throws -> String {
        var parts = URLComponents(string: url)
        parts?.port = port
        parts?.host = "127.0.0.1"
        guard let text = parts?.string else { throw NotInTime(what: "a URL", location: url) }
        return text
    }

    /// From now on bytes are swallowed, and connections stay open: what a pulled cable looks like.
    func swallow() { state.withLock { $0.isForwarding = false } }

    /// From now on nothing is even read, so that senders' buffers fill.
    func stall() { state.withLock { $0.isReading = false } }

    /// Forwards again, for connections made from now on; cuts those that exist.
    func heal() {
        cut()
        state.withLock {
            $0.isForwarding = true
            $0.isReading = true
        }
    }

    /// Cuts all connections.
    func cut() {
        state.withLock {
            for (socket, pair) in $0.pairs {
                shutdown(socket, Int32(SHUT_RDWR))
                shutdown(pair.other, Int32(SHUT_RDWR))
            }
        }
    }

    /// Ends the proxy.
    func close() {
        state.withLock { if $0.isListening { shutdown(listener, Int32(SHUT_RDWR)) } }
        heal()
    }

    private func accept() {
        while true {
            let client = Foundation.accept(listener, nil, nil)
            guard client >= 0 else { break }
            let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = Self.loopback(target)
            let isConnected = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isConnected else {
                _ = Foundation.close(client)
                _ = Foundation.close(server)
                continue
            }
            state.withLock { $0.pairs[client] = (server, 2) }
            Thread { [self] in pump(client, server, of: client) }.start()
            Thread { [self] in pump(server, client, of: client) }.start()
        }
        state.withLock {
            $0.isListening = false
            _ = Foundation.close(listener)
        }
    }

    private func pump(_ from: Int32, _ to: Int32, of client: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            while !state.withLock({ $0.isReading }) { usleep(10_000) }
            let count = recv(from, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            guard state.withLock({ $0.isForwarding }) else { continue }
            guard send(to, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        // Sockets are closed when both directions have ended, under the lock: their numbers are soon others'.
        state.withLock {
            shutdown(to, Int32(SHUT_RDWR))
            guard let pair = $0.pairs[client] else { return }
            $0.pairs[client] = (pair.other, pair.directions - 1)
            guard pair.directions == 1 else { return }
            $0.pairs[client] = nil
            _ = Foundation.close(client)
            _ = Foundation.close(pair.other)
        }
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
