import Foundation
import KubernetesClient
import Logging
import ServiceLifecycle
import UnixSignals

/// How a cluster is to be run.
struct DevClusterOptions: Sendable {
    /// Where it is kept; `nil` keeps it in memory.
    var dataDirectory: String?
    var host = "127.0.0.1"
    /// `0` takes a free port.
    var port = 0
    /// The images of pods; without them no pods run.
    var imagesDirectory: String?
    /// Where to write the kubeconfig.
    var kubeconfig: String?
}

/// Composes the cluster: the store, the API over it, and what makes the stored objects happen.
struct LocalCluster: Sendable {
    let store: ObjectStore
    let credentials: ClusterCredentials
    /// In the order in which they start; they stop in reverse.
    let services: [any Service]

    /// - Parameter onListening: called with the API's URL once requests are accepted.
    init(
        options: DevClusterOptions, log: Logger, onListening: @escaping @Sendable (String) async -> Void = { _ in }
    ) async throws {
        let store = try ObjectStore(directory: options.dataDirectory.map { $0 + "/objects" })
        let credentials = try ClusterCredentials(directory: options.dataDirectory)
        var controllers: ControllerSet?
        if let images = options.imagesDirectory {
            let folder = options.dataDirectory ?? NSTemporaryDirectory() + "dev-cluster-\(getpid())"
            controllers = try await ControllerSet(
                store: store,
                configuration: NodeConfiguration(
                    directory: folder + "/node", imagesDirectory: images),
                logger: log)
        }
        let server = APIServer(
            store: store,
            authenticator: Authenticator(adminToken: credentials.adminToken, secret: credentials.secret),
            logs: controllers?.logs,
            log: log)
        let service = APIService(server: server, host: options.host, port: options.port) { port in
            let url = "http://\(options.host):\(port)"
            if let path = options.kubeconfig {
                try KubeconfigFile.write(KubeconfigFile.text(url: url, token: credentials.adminToken), to: path)
            }
            log.info("The cluster answers", metadata: ["url": "\(url)"])
            await onListening(url)
        }
        self.store = store
        self.credentials = credentials
        services = [StoreLossWatch(loss: store.loss), service as any Service] + (controllers.map { [$0] } ?? [])
    }

    /// Everything as one, to be run. What fails ends the others in an orderly way, so that no pod is left.
    func group(endedBy signals: [UnixSignal] = [], log: Logger) -> ServiceGroup {
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup) },
            gracefulShutdownSignals: signals, logger: log)
        configuration.maximumGracefulShutdownDuration = .seconds(20)
        return ServiceGroup(configuration: configuration)
    }
}
