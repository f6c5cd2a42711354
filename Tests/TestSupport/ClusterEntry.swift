public import Foundation
import KubernetesClient
import Synchronization

/// The entry of a development cluster: Traefik, with the objects, certificates and configuration that `./dev` gives it.
///
/// It ends with the process that started it, as the cluster does.
public final class ClusterEntry: Sendable {
    /// The loopback port on which Ingress hosts answer, with TLS and without.
    public let port: Int
    /// The certificate of the authority that vouches for `*.preview.localhost`, as a PEM file.
    public var authority: URL { folder.appending(path: "authority/ca.pem") }

    private let folder: URL
    private let supervisor = Mutex<(process: Process, lifeline: Pipe)?>(nil)

    private init(folder: URL, port: Int) {
        self.folder = folder
        self.port = port
    }

    private static let sharedTask = Task { try await start(for: DevClusterProcess.shared()) }

    /// The entry of the cluster that all tests of this process share.
    public static func shared() async throws -> ClusterEntry { try await sharedTask.value }

    /// Starts an entry, and returns when it takes connections.
    public static func start(for cluster: DevClusterProcess) async throws -> ClusterEntry {
        let folder = FileManager.default.temporaryDirectory.appending(path: "understudy-entry-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let ports = try RabbitMQNode.freePorts(2)
        let entry = ClusterEntry(folder: folder, port: ports[0])
        try entry.launch(kubeconfig: cluster.kubeconfig, tlsPort: ports[1])
        try await entry.waitUntilReady()
        return entry
    }

    /// The end of what it wrote to its log.
    public var log: String {
        let text = (try? String(contentsOf: folder.appending(path: "out"), encoding: .utf8)) ?? ""
        return String(text.suffix(4000))
    }

    private func launch(kubeconfig: String, tlsPort: Int) throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../deploy/entry.sh")
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = [
            "-c",
            """
            exec >"$1/out" 2>&1
            for tool in kubectl traefik openssl; do
                command -v $tool >/dev/null || { echo "$tool has to be on PATH"; exit 1; }
            done
            "$0" "$1" "$2" 127.0.0.1 "$3" "$4" || exit 1
            KUBECONFIG=$2 traefik --configFile="$1/traefik.yml" </dev/null & server=$!
            read -r _
            kill -TERM $server
            while kill -0 $server; do sleep 0.05; done
            rm -rf "$1"
            """, script.path, folder.path, kubeconfig, String(port), String(tlsPort),
        ]
        let lifeline = Pipe()
        // No other child may hold the writing end, or closing ours would not end it.
        _ = fcntl(lifeline.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        process.standardInput = lifeline
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        supervisor.withLock { $0 = (process, lifeline) }
    }

    private func waitUntilReady() async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        let probe = HTTPProbe(connectTo: "127.0.0.1:\(port)", timeout: .seconds(1))
        while true {
            if case .answered = try await probe.get("http://localhost/") { return }
            let isRunning = supervisor.withLock { $0?.process.isRunning ?? false }
            guard isRunning, ContinuousClock.now < deadline else {
                throw DevClusterProcess.Failure(description: "Traefik does not start: \(log)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
