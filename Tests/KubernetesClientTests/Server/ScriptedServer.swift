import Foundation
import KubernetesClient
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An HTTP server on a real socket that answers exactly as a test says, byte for byte.
final class ScriptedServer: Sendable {
    struct Request: Sendable {
        var method: String
        var path: String
        var query: [String: String]
        var headers: [String: String]
        var body: [UInt8]
        /// Counts connections from zero.
        var connection: Int
        /// Counts requests of the server from zero.
        var index: Int

        var json: JSONValue? { try? JSONValue(parsing: body) }
        var isWatch: Bool { query["watch"] == "true" }
    }

    enum Step: Sendable {
        case send(String)
        case sendBytes([UInt8])
        /// Goes on when the gate opens, at the latest after a minute.
        case wait(Gate)
        /// Goes on when the client has closed the connection.
        case waitForClose
        case close
    }

    typealias Script = @Sendable (Request) -> [Step]

    private struct State {
        var connections: [Int32] = []
        var accepted = 0
        var requests: [Request] = []
        var isStopped = false
        var isListening = true
    }

    let port: Int
    private let listener: Int32
    private let script: Script
    private let state = Mutex(State())
    /// Opens when a client has closed a connection on which a script waited for that.
    let closed = Gate()

    init(_ script: @escaping Script) throws {
        self.script = script
        // None of its sockets may stay open in a program that another test starts: closing ours would not end it.
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, SOMAXCONN) == 0
                    && getsockname(listener, pointer, &length) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
        port = Int(UInt16(bigEndian: address.sin_port))
        let thread = Thread { [self] in acceptConnections() }
        thread.start()
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.withLock { $0.requests } }
    var connectionCount: Int { state.withLock { $0.accepted } }

    /// Sockets are shut down and closed under the lock: a number that is closed meanwhile is another test's socket.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            if state.isListening { shutdown(listener, Int32(SHUT_RDWR)) }
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    private func acceptConnections() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            let number: Int? = state.withLock { state in
                guard !state.isStopped else { return nil }
                state.connections.append(connection)
                defer { state.accepted += 1 }
                return state.accepted
            }
            guard let number else {
                Glibc.close(connection)
                break
            }
            let thread = Thread { [self] in
                serve(connection, number)
                state.withLock { state in
                    state.connections.removeAll { $0 == connection }
                    Glibc.close(connection)
                }
            }
            thread.start()
        }
        state.withLock { state in
            state.isListening = false
            Glibc.close(listener)
        }
    }

    private func serve(_ connection: Int32, _ number: Int) {
        var buffer: [UInt8] = []
        while let parsed = read(connection, number, &buffer) {
            for step in script(parsed) {
                switch step {
                case .send(let text):
                    guard write(connection, Array(text.utf8)) else { return }
                case .sendBytes(let bytes):
                    guard write(connection, bytes) else { return }
                case .wait(let gate):
                    gate.waitBlocking()
                case .waitForClose:
                    var byte: UInt8 = 0
                    while recv(connection, &byte, 1, 0) > 0 {}
                    closed.open()
                    return
                case .close:
                    return
                }
            }
        }
    }

    private func write(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                send(connection, buffer.baseAddress?.advanced(by: sent), buffer.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    private func read(_ connection: Int32, _ number: Int, _ buffer: inout [UInt8]) -> Request? {
        var chunk = [UInt8](repeating: 0, count: 65536)
        func more() -> Bool {
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return false }
            buffer += chunk[..<count]
            return true
        }
        var end: Int?
        while end == nil {
            end = buffer.firstRange(of: Array("\r\n\r\n".utf8))?.lowerBound
            if end == nil, !more() { return nil }
        }
        guard let end else { return nil }
        let lines = String(decoding: buffer[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        let parts = lines[0].split(separator: " ").map(String.init)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            headers[pair[0].lowercased()] = pair.count > 1 ? pair[1] : ""
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while buffer.count < end + 4 + length { guard more() else { return nil } }
        let body = Array(buffer[(end + 4)..<(end + 4 + length)])
        buffer.removeFirst(end + 4 + length)
        let components = URLComponents(string: parts[1])
        let query = (components?.queryItems ?? []).map { ($0.name, $0.value ?? "") }
        return state.withLock { state in
            let request = Request(
                method: parts[0], path: components?.path ?? parts[1],
                query: Dictionary(query, uniquingKeysWith: { $1 }), headers: headers, body: body, connection: number,
                index: state.requests.count)
            state.requests.append(request)
            return request
        }
    }
}

/// Something that happens once and that threads and tasks can wait for.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let isOpened = Mutex(false)

    func open() {
        isOpened.withLock { $0 = true }
        semaphore.signal()
    }

    func waitBlocking() {
        if semaphore.wait(timeout: .now() + 60) == .success { semaphore.signal() }
    }

    var isOpen: Bool { isOpened.withLock { $0 } }
}

/// Waits until a condition holds; says whether it did in time. The limit is there for what never comes about: a machine
/// under load may take long for what takes milliseconds elsewhere.
func eventually(within limit: Duration = .seconds(50), _ condition: () async -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if await condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))  // Cancelled, the loop ends at its deadline.
    }
    return await condition()
}
