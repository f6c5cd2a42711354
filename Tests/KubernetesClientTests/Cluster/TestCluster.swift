import Foundation
import KubernetesClient
import Logging

/// A cluster for tests: the one whose kubeconfig `UNDERSTUDY_TEST_KUBECONFIG` names, or a `dev-cluster` of their own.
final class TestCluster: Sendable {
    let configuration: KubernetesConfiguration
    private let program: Program?
    private let folder: URL?

    private init(configuration: KubernetesConfiguration, program: Program?, folder: URL?) {
        self.configuration = configuration
        self.program = program
        self.folder = folder
    }

    static func start() async throws -> TestCluster {
        let environment = ProcessInfo.processInfo.environment
        if let kubeconfig = environment["UNDERSTUDY_TEST_KUBECONFIG"] {
            return TestCluster(
                configuration: try KubernetesConfiguration.load(kubeconfig: kubeconfig), program: nil, folder: nil)
        }
        let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("dev-cluster").path
        let path = environment["UNDERSTUDY_DEV_CLUSTER"] ?? beside
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Program.Failure(description: "dev-cluster is missing at \(path): build it with `swift build`")
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cluster-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let kubeconfig = folder.appendingPathComponent("kubeconfig").path
        let program = try Program(
            path, ["--port", "0", "--kubeconfig", kubeconfig, "--data", folder.appendingPathComponent("data").path])
        let isUp = await eventually {
            FileManager.default.fileExists(atPath: kubeconfig) || !program.isRunning
        }
        guard isUp, program.isRunning else {
            program.stop()
            throw Program.Failure(description: "dev-cluster did not start: \(program.output)")
        }
        return TestCluster(
            configuration: try KubernetesConfiguration.load(kubeconfig: kubeconfig), program: program, folder: folder)
    }

    deinit {
        program?.stop()
        if let folder { try? FileManager.default.removeItem(at: folder) }
    }

    func client(_ fieldManager: String = "tester", _ change: (inout ClientOptions) -> Void = { _ in })
        -> KubernetesClient
    {
        var options = ClientOptions()
        change(&options)
        return KubernetesClient(
            configuration: configuration, fieldManager: fieldManager, options: options,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// A namespace of a test's own.
    func namespace() async throws -> String {
        let name = "client-\(UUID().uuidString.prefix(8).lowercased())"
        _ = try await client().create(KubernetesObject(type: .namespaces, name: name), as: .namespaces)
        return name
    }
}
