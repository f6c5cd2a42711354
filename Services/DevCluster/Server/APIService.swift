import Hummingbird
import KubernetesClient
import Logging
import NIOCore
import ServiceLifecycle

/// Serves the API on a socket, and does what the store needs from time to time.
struct APIService: Service {
    let server: APIServer
    let host: String
    let port: Int
    /// Called with the port once requests are accepted.
    let onListening: @Sendable (Int) async throws -> Void

    func run() async throws {
        let application = Application(
            responder: ClusterResponder(server: server),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), backlog: 1024),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? port
                do {
                    try await onListening(port)
                } catch {
                    server.log.error("The kubeconfig could not be written", metadata: ["error": "\(error)"])
                }
            }, logger: server.log)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await expireEvents() }
            try await application.run()
            group.cancelAll()
        }
    }

    private func expireEvents() async {
        // Ends by being cancelled: when the server has ended.
        while (try? await Task.sleep(for: .seconds(300))) != nil { server.store.expireEvents() }
    }
}
