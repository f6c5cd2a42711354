import NIOCore
import NIOPosix
import Synchronization

/// A listener that joins each connection to one of its backends in turn.
final class TCPForwarder: Sendable {
    private struct State {
        var backends: [ServiceForwarders.Backend]
        var next = 0
    }

    private let state: Mutex<State>
    private let listener: any Channel

    private init(listener: any Channel, state: consuming Mutex<State>) {
        self.listener = listener
        self.state = state
    }

    /// Where it listens.
    var address: SocketAddress? { listener.localAddress }

    /// Begins to listen.
    static func open(
        host: String, port: Int, backends: [ServiceForwarders.Backend], gate: NetworkGate
    ) async throws -> TCPForwarder {
        let chosen = BackendChoice()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in
                client.eventLoop.makeCompletedFuture {
                    try client.pipeline.syncOperations.addHandler(ForwardHandler(chosen, gate))
                }
            }
            .bind(host: host, port: port).get()
        let forwarder = TCPForwarder(
            listener: listener, state: Mutex(State(backends: backends)))
        chosen.set { [weak forwarder] in forwarder?.nextBackend() }
        return forwarder
    }

    /// Sets where further connections go; those that exist stay.
    func setBackends(_ backends: [ServiceForwarders.Backend]) {
        state.withLock { $0.backends = backends }
    }

    /// Stops listening; connections that exist stay.
    func close() async {
        // Closed already when the process ends.
        try? await listener.close()
    }

    private func nextBackend() -> ServiceForwarders.Backend? {
        state.withLock { state in
            guard !state.backends.isEmpty else { return nil }
            state.next = (state.next + 1) % state.backends.count
            return state.backends[state.next]
        }
    }
}

/// Joins a client with a backend as soon as its connection is there.
final class ForwardHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let choice: BackendChoice
    private let gate: NetworkGate

    init(_ choice: BackendChoice, _ gate: NetworkGate) {
        self.choice = choice
        self.gate = gate
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        guard let backend = choice.next(), let client = channel.remoteAddress, let listener = channel.localAddress
        else { return context.close(promise: nil) }
        guard gate.isNeeded else {
            _ = Splice.connect(channel, to: backend)
            return
        }
        // It reads files, which an event loop must not wait for.
        channel.eventLoop.makeFutureWithTask { [gate] in
            gate.admits(client: client, listener: listener, to: backend)
        }.whenSuccess { isAdmitted in
            if isAdmitted {
                _ = Splice.connect(channel, to: backend)
            } else {
                channel.close(promise: nil)
            }
        }
    }
}

/// Hands a listener's handlers the choice of a backend, which exists only after the listener does.
final class BackendChoice: Sendable {
    private let choose = Mutex<(@Sendable () -> ServiceForwarders.Backend?)?>(nil)

    func set(_ choose: @escaping @Sendable () -> ServiceForwarders.Backend?) {
        self.choose.withLock { $0 = choose }
    }

    func next() -> ServiceForwarders.Backend? {
        choose.withLock { $0 }?()
    }
}
