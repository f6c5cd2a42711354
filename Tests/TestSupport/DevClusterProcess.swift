public import Foundation
public import KubernetesClient
import Synchronization

/// A development cluster of the tests' own: the built `dev-cluster`, on loopback and free ports, with all its files in
/// one temporary folder.
///
/// It ends with the process that started it, however that ends: a shell beside it waits for the pipe between them to
/// close, and then stops the cluster, which stops its pods, and removes the folder. That shell may inherit blocked
/// signals, SIGCHLD among them, so it does not use its own `wait`.
public final class DevClusterProcess: Sendable {
    /// Why there is no cluster.
    public struct Failure: Error, CustomStringConvertible {
        /// What is missing or went wrong.
        public let description: String
    }

    /// The kubeconfig file.
    public var kubeconfig: String { folder.appending(path: "kubeconfig").path }
    /// The folder with the images: `<repository>/<tag>/run` is the program.
    public var images: URL { folder.appending(path: "images") }

    private let folder: URL
    private let supervisor = Mutex<(process: Process, lifeline: Pipe)?>(nil)

    private init(folder: URL) {
        self.folder = folder
    }

    private static let sharedTask = Task { try await start() }

    /// The cluster that all tests of this process share; give each test namespaces of its own.
    public static func shared() async throws -> DevClusterProcess { try await sharedTask.value }

    /// Starts a cluster, and returns when it answers.
    public static func start() async throws -> DevClusterProcess {
        let folder = FileManager.default.temporaryDirectory.appending(path: "understudy-cluster-\(UUID().uuidString)")
        for name in ["images", "data"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755])
        }
        let cluster = DevClusterProcess(folder: folder)
        try cluster.launch(try program())
        try await cluster.waitUntilReady()
        return cluster
    }

    /// Adds an image.
    ///
    /// - Parameters:
    ///   - image: such as `shop/orders:1.5.0`.
    ///   - program: the text of its program, with its interpreter in the first line.
    public func add(image: String, program: String) throws {
        let place = images.appending(path: image.replacing(":", with: "/"))
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let file = place.appending(path: "run")
        try program.write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    }

    /// A client with all rights.
    public func client(fieldManager: String) throws -> KubernetesClient {
        KubernetesClient(configuration: try .load(kubeconfig: kubeconfig), fieldManager: fieldManager)
    }

    /// The end of what the cluster wrote to its log.
    public var log: String {
        let text = (try? String(contentsOf: folder.appending(path: "out"), encoding: .utf8)) ?? ""
        return String(text.suffix(4000))
    }

    /// The program: where the environment says, else beside the tests, where SwiftPM builds it.
    private static func program() throws -> String {
        if let path = ProcessInfo.processInfo.environment["UNDERSTUDY_DEV_CLUSTER"] { return path }
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(filePath: tests).deletingLastPathComponent().appending(path: "dev-cluster").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Failure(description: "\(path) is missing: swift build --product dev-cluster")
        }
        return path
    }

    private func launch(_ program: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c",
            """
            "$0" --data "$1/data" --images "$1/images" --port 0 --kubeconfig "$1/kubeconfig" \
                >"$1/out" 2>&1 </dev/null & server=$!
            read -r _
            kill -TERM $server 2>/dev/null
            while kill -0 $server 2>/dev/null; do sleep 0.05; done
            rm -rf "$1"
            """, program, folder.path,
        ]
        var environment = ProcessInfo.processInfo.environment
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let newest = versions.max { (Int($0) ?? 0) < (Int($1) ?? 0) }
        let postgres = newest.map { ["/usr/lib/postgresql/\($0)/bin"] } ?? []
        environment["PATH"] = (postgres + [environment["PATH"] ?? "/usr/bin:/bin"]).joined(separator: ":")
        process.environment = environment
        let lifeline = Pipe()
        // No other child may hold the writing end, or closing ours would not end the cluster.
        _ = fcntl(lifeline.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        process.standardInput = lifeline
        // `swift test` waits until everyone has let go of its output.
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        supervisor.withLock { $0 = (process, lifeline) }
    }

    private func waitUntilReady() async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            if FileManager.default.fileExists(atPath: kubeconfig) {
                let client = try client(fieldManager: "tests")
                if (try? await client.raw("GET", "/readyz")) != nil { return }
            }
            let isRunning = supervisor.withLock { $0?.process.isRunning ?? false }
            guard isRunning, ContinuousClock.now < deadline else {
                throw Failure(description: "dev-cluster does not start: \(log)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}

/// Waits for something that a cluster brings about by itself.
///
/// - Returns: what `look` found; `nil` when the limit is over.
public func eventually<Value: Sendable>(
    within limit: Duration = .seconds(60), _ look: @Sendable () async throws -> Value?
) async throws -> Value? {
    let deadline = ContinuousClock.now + limit
    while true {
        if let value = try await look() { return value }
        guard ContinuousClock.now < deadline else { return nil }
        try await Task.sleep(for: .milliseconds(20))
    }
}
