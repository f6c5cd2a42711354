import NIOCore
import NIOPosix

/// Connects a channel that a client opened to a backend, and joins the two.
enum Splice {
    /// Joins them and begins to read from both. A backend that takes no connection ends the client's.
    static func connect(_ client: any Channel, to backend: ServiceForwarders.Backend) -> EventLoopFuture<Void> {
        ClientBootstrap(group: client.eventLoop)
            .connectTimeout(.seconds(5))
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: false)
            .connect(host: backend.host, port: backend.port)
            .flatMap { server in
                server.eventLoop.makeCompletedFuture {
                    let (left, right) = GlueHandler.pair()
                    try client.pipeline.syncOperations.addHandler(left)
                    try server.pipeline.syncOperations.addHandler(right)
                    for channel in [client, server] {
                        channel.setOption(.autoRead, value: true).whenSuccess { channel.read() }
                    }
                }
            }
            .flatMapErrorThrowing { error in
                client.close(promise: nil)
                throw error
            }
    }
}
