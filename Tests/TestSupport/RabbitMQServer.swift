import Foundation
import Synchronization

/// A RabbitMQ node of the tests' own: on loopback and free ports, with all its files in one temporary folder.
///
/// The node ends with the process that started it, however that ends: a shell beside it waits for the pipe between them
/// to close, and then stops the node and its port mapper and removes the folder.
public actor RabbitMQServer {
    /// Where a test's virtual host is.
    public struct VirtualHost: Sendable {
        /// Its name.
        public let name: String
        /// AMQP URL with credentials.
        public let url: String
    }

    /// Why there is no node.
    public struct Failure: Error, CustomStringConvertible {
        /// What is missing or went wrong.
        public let description: String
    }

    private enum Node {
        /// One that someone else started; the path is a `rabbitmqctl` that is set up for it.
        case external(URL, control: String)
        case own(RabbitMQNode)
    }

    private let node: Node
    private var lastVirtualHost = 0

    private init(_ node: Node) { self.node = node }

    private static let sharedTask = Task { try await makeShared() }

    /// The node that all tests of this process share: the one that `UNDERSTUDY_TEST_AMQP_URL` and
    /// `UNDERSTUDY_TEST_RABBITMQCTL` name, or else a private one.
    public static func shared() async throws -> RabbitMQServer { try await sharedTask.value }

    /// Starts a private node, for tests that stop it or change its settings.
    ///
    /// - Parameter settings: lines for its `rabbitmq.conf`.
    public static func start(settings: [String] = []) async throws -> RabbitMQServer {
        RabbitMQServer(.own(try await RabbitMQNode.start(settings)))
    }

    /// Ports of loopback that nobody listened on just now.
    public static func freePorts(_ count: Int) throws -> [Int] { try RabbitMQNode.freePorts(count) }

    private static func makeShared() async throws -> RabbitMQServer {
        let environment = ProcessInfo.processInfo.environment
        if let text = environment["UNDERSTUDY_TEST_AMQP_URL"], let url = URL(string: text),
            let control = environment["UNDERSTUDY_TEST_RABBITMQCTL"]
        {
            return RabbitMQServer(.external(url, control: control))
        }
        return try await start()
    }

    /// Makes a virtual host for one test.
    public func makeVirtualHost() async throws -> VirtualHost {
        lastVirtualHost += 1
        let name = "test-\(ProcessInfo.processInfo.processIdentifier)-\(lastVirtualHost)"
        try await control(
            "eval",
            """
            rabbit_vhost:add(<<"\(name)">>, <<"test">>),
            rabbit_auth_backend_internal:set_permissions(
                <<"\(user)">>, <<"\(name)">>, <<".*">>, <<".*">>, <<".*">>, <<"test">>).
            """)
        return VirtualHost(name: name, url: "\(base)/\(name)")
    }

    /// The node's port.
    public var port: Int {
        switch node {
        case .external(let url, _): url.port ?? 5672
        case .own(let node): node.port
        }
    }

    private var user: String {
        switch node {
        case .external(let url, _): url.user ?? "guest"
        case .own: "guest"
        }
    }

    private var base: String {
        switch node {
        case .external(let url, _): "amqp://\(user):\(url.password ?? "guest")@\(url.host ?? "127.0.0.1"):\(port)"
        case .own: "amqp://guest:guest@127.0.0.1:\(port)"
        }
    }

    /// Runs `rabbitmqctl` with the arguments, and returns what it printed.
    @discardableResult
    public func control(_ arguments: String...) async throws -> String {
        switch node {
        case .external(_, let control):
            try await RabbitMQNode.run(control, arguments, ProcessInfo.processInfo.environment)
        case .own(let node):
            try await RabbitMQNode.run(
                RabbitMQNode.binaries + "/rabbitmqctl", ["-n", node.name] + arguments, node.environment)
        }
    }

    /// Stops a private node in order.
    public func stop() async throws { try await own.stop() }

    /// Kills a private node.
    public func kill() async throws { try await own.kill() }

    /// Starts a private node again, with what it had stored.
    public func restart() async throws { try await own.launch() }

    private var own: RabbitMQNode {
        get throws {
            guard case .own(let node) = node else { throw Failure(description: "not a private node") }
            return node
        }
    }
}

/// A node's process, ports and folder.
final class RabbitMQNode: Sendable {
    static let binaries = "/usr/lib/rabbitmq/bin"

    let port: Int
    let name: String
    let environment: [String: String]
    private let folder: URL
    private let supervisor = Mutex<Process?>(nil)

    private init(folder: URL, ports: [Int]) {
        self.folder = folder
        port = ports[0]
        name = "understudy-\(ports[0])@localhost"
        let path = folder.path
        let loopback = "-kernel inet_dist_use_interface {127,0,0,1}"
        environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": path + "/home",
            "LANG": "C.UTF-8", "RABBITMQ_NODENAME": name, "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": "\(ports[0])", "RABBITMQ_DIST_PORT": "\(ports[1])", "ERL_EPMD_PORT": "\(ports[2])",
            "ERL_EPMD_ADDRESS": "127.0.0.1", "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": loopback,
            "RABBITMQ_CTL_ERL_ARGS": loopback, "RABBITMQ_CTL_DIST_PORT_MIN": "\(ports[3])",
            "RABBITMQ_CTL_DIST_PORT_MAX": "\(ports[3] + 8)", "RABBITMQ_CONFIG_FILE": path + "/rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": path + "/enabled_plugins", "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_MNESIA_BASE": path + "/mnesia", "RABBITMQ_LOG_BASE": path + "/log",
            "RABBITMQ_PID_FILE": path + "/pid", "RABBITMQ_FEATURE_FLAGS_FILE": path + "/feature_flags",
        ]
    }

    static func start(_ settings: [String]) async throws -> RabbitMQNode {
        guard FileManager.default.isExecutableFile(atPath: binaries + "/rabbitmq-server") else {
            throw RabbitMQServer.Failure(
                description: "\(binaries)/rabbitmq-server is missing: apt-get install rabbitmq-server")
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "understudy-rabbitmq-\(UUID().uuidString)")
        for name in ["home", "mnesia", "log"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        let node = RabbitMQNode(folder: folder, ports: try freePorts(4))
        try """
        listeners.tcp.1 = 127.0.0.1:\(node.port)
        raft.wal_max_size_bytes = 64000000
        vm_memory_high_watermark.absolute = 1GB
        disk_free_limit.absolute = 50MB
        log.file.level = info
        \(settings.joined(separator: "\n"))

        """.write(to: folder.appending(path: "rabbitmq.conf"), atomically: true, encoding: .utf8)
        try "[].\n".write(to: folder.appending(path: "enabled_plugins"), atomically: true, encoding: .utf8)
        try await node.launch()
        return node
    }

    /// Starts the node's process, and returns when it answers AMQP.
    func launch() async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c",
            """
            rm -f "$1/keep"
            "$0/rabbitmq-server" >"$1/out" 2>&1 </dev/null & server=$!
            read -r _
            kill -TERM $server 2>/dev/null; wait $server
            if [ ! -e "$1/keep" ]; then epmd -kill >/dev/null 2>&1; rm -rf "$1"; fi
            """, Self.binaries, folder.path,
        ]
        process.environment = environment
        let lifeline = Pipe()
        // No other child may hold the writing end, or closing ours would not end the node.
        _ = fcntl(lifeline.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        process.standardInput = lifeline
        try process.run()
        supervisor.withLock { $0 = process }
        let deadline = ContinuousClock.now + .seconds(90)
        while !Self.answersAMQP(port) {
            guard ContinuousClock.now < deadline, process.isRunning else {
                let output = (try? String(contentsOf: folder.appending(path: "out"), encoding: .utf8)) ?? ""
                throw RabbitMQServer.Failure(description: "RabbitMQ does not start: \(output.suffix(2000))")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    func stop() async throws {
        _ = FileManager.default.createFile(atPath: folder.appending(path: "keep").path, contents: nil)
        guard let process = supervisor.withLock({ $0 }), let lifeline = process.standardInput as? Pipe else { return }
        try lifeline.fileHandleForWriting.close()
        try await Self.ended(process)
    }

    func kill() async throws {
        let pid = try String(contentsOf: folder.appending(path: "pid"), encoding: .utf8)
        guard let pid = pid_t(pid.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw RabbitMQServer.Failure(description: "no process id in \(folder.path)/pid")
        }
        _ = Foundation.kill(pid, SIGKILL)
        try await stop()
    }

    /// Runs a program to its end, and returns what it printed.
    static func run(_ program: String, _ arguments: [String], _ environment: [String: String]) async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let handle = output.fileHandleForReading
        // Reading to the end blocks, so it is done on a thread of Dispatch's.
        let data = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: handle.readDataToEndOfFile()) }
        }
        try await ended(process)
        let text = String(decoding: data, as: UTF8.self)
        guard process.terminationStatus == 0 else {
            throw RabbitMQServer.Failure(description: "\(program) \(arguments): \(text)")
        }
        return text
    }

    private static func ended(_ process: Process) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while process.isRunning {
            guard ContinuousClock.now < deadline else {
                throw RabbitMQServer.Failure(description: "process \(process.processIdentifier) does not end")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

// Sockets.
extension RabbitMQNode {
    /// Ports of loopback that nobody listens on.
    static func freePorts(_ count: Int) throws -> [Int] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        return try (0..<count).map { _ in
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            sockets.append(descriptor)
            var address = loopback(port: 0)
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
                }
            }
            guard isBound else { throw RabbitMQServer.Failure(description: "no free port on 127.0.0.1") }
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }

    /// Whether a broker answers the protocol header with its first method.
    private static func answersAMQP(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(port: UInt16(port))
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { return false }
        let header: [UInt8] = Array("AMQP".utf8) + [0, 0, 9, 1]
        guard send(descriptor, header, header.count, Int32(MSG_NOSIGNAL)) == header.count else { return false }
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var frameType: UInt8 = 0
        return recv(descriptor, &frameType, 1, 0) == 1 && frameType == 1
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
