import ArgumentParser
import Logging
import ServiceLifecycle
import UnixSignals

/// A stand-in for Kubernetes on a developer's machine; never part of a production install.
@main
struct DevClusterService: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev-cluster",
        abstract: "A Kubernetes API with pods as local processes, for development and tests.")

    @Option(help: "The folder in which the cluster keeps its objects; without one they end with the process.")
    var data: String?
    @Option(help: "The address to listen on.")
    var listen = "127.0.0.1"
    @Option(help: "The port to listen on; 0 takes a free one.")
    var port = 6443
    @Option(help: "The folder with the images: <repository>/<tag>/run is the program.")
    var images: String?
    @Option(help: "Where to write the kubeconfig once the cluster answers.")
    var kubeconfig: String?

    func run() async throws {
        var log = Logger(label: "dev-cluster")
        log.logLevel = .info
        let cluster = try await LocalCluster(
            options: DevClusterOptions(
                dataDirectory: data, host: listen, port: port, imagesDirectory: images, kubeconfig: kubeconfig),
            log: log)
        try await cluster.group(endedBy: [.sigterm, .sigint], log: log).run()
    }
}
