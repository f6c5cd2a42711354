import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// A node's process, ports and folder.
final class RabbitMQNode: Sendable {
    static let binaries = "/usr/lib/rabbitmq/bin"
    /// Each `rabbitmqctl` that runs listens on one of as many ports.
    static let controlPorts = 9

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
            "RABBITMQ_CTL_DIST_PORT_MAX": "\(ports[3] + Self.controlPorts - 1)",
            "RABBITMQ_CONFIG_FILE": path + "/rabbitmq.conf",
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
        let node = RabbitMQNode(
            folder: folder, ports: try freePorts(3) + [try freeRange(controlPorts).lowerBound])
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
            kill -TERM $server 2>/dev/null
            # Not `wait`: SIGCHLD may be blocked, as the thread that started this shell had it.
            while kill -0 $server 2>/dev/null; do sleep 0.05; done
            if [ ! -e "$1/keep" ]; then epmd -kill >/dev/null 2>&1; rm -rf "$1"; fi
            """, Self.binaries, folder.path,
        ]
        process.environment = environment
        let lifeline = Pipe()
        // No other child may hold the writing end, or closing ours would not end the node.
        _ = fcntl(lifeline.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        process.standardInput = lifeline
        // `swift test` waits until everyone has let go of its output.
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
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
        let variables = environment.compactMap { name, value in
            Environment.Key(rawValue: name).map { ($0, value) }
        }
        // Not Foundation's: another process that is started at this moment might get this one's output as well, and
        // then its end would be waited for too.
        let result = try await Subprocess.run(
            .path(FilePath(program)), arguments: Arguments(arguments),
            environment: .custom(Dictionary(variables) { $1 }), input: .none, output: .string(limit: 1 << 20),
            error: .combinedWithOutput)
        guard result.terminationStatus.isSuccess else {
            throw RabbitMQServer.Failure(description: "\(program) \(arguments): \(result.standardOutput)")
        }
        return result.standardOutput
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
