import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The entry point: one port on which the hosts of all Ingresses answer.
struct IngressProxy: Service {
    let routes: IngressRoutes
    let endpoints: ServiceEndpoints
    private let listener: any Channel
    private let logger: Logger

    /// The port that it listens on.
    var port: Int { listener.localAddress?.port ?? 0 }

    /// Begins to listen.
    ///
    /// - Parameter port: `0` for a free one.
    init(
        host: String, port: Int, routes: IngressRoutes, endpoints: ServiceEndpoints, logger: Logger
    ) async throws {
        self.routes = routes
        self.endpoints = endpoints
        self.logger = logger
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 512)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        IngressHandler(routes: routes, endpoints: endpoints, isTLS: false))
                }
            }
            .bind(host: host, port: port).get()
    }

    func run() async throws {
        logger.info("Ingress hosts answer", metadata: ["address": "\(listener.localAddress?.description ?? "")"])
        let listener = listener
        await withGracefulShutdownHandler {
            await withTaskCancellationHandler {
                // Ends with an error only when the listener broke; then there is nothing left to close.
                try? await listener.closeFuture.get()
            } onCancel: {
                listener.close(promise: nil)
            }
        } onGracefulShutdown: {
            listener.close(promise: nil)
        }
    }
}
