import CRabbitMQ
import Foundation

extension AMQPSession {
    private static let tlsSetUp = NSLock()
    private static let frameSize: Int32 = 131_072

    /// Connects, logs in and opens the channel. Blocks, in all at most `connectTimeout` twice and `rpcTimeout`.
    static func open(_ configuration: RabbitMQConfiguration, name: String) throws(AMQPFailure) -> AMQPSession {
        guard let state = amqp_new_connection() else { throw .library(during: "connect", reason: "out of memory") }
        do throws(AMQPFailure) {
            try connect(state, configuration)
            try logIn(state, configuration, name)
            amqp_channel_open(state, channel)
            if let failure = AMQPFailure(amqp_get_rpc_reply(state), during: "channel.open") { throw failure }
        } catch {
            amqp_destroy_connection(state)
            throw error
        }
        return AMQPSession(state: state)
    }

    private static func connect(
        _ state: amqp_connection_state_t, _ configuration: RabbitMQConfiguration
    ) throws(AMQPFailure) {
        let endpoint = configuration.endpoint
        // The first TLS socket sets OpenSSL up, which two threads had better not do at once.
        let made =
            endpoint.usesTLS ? tlsSetUp.withLock { amqp_ssl_socket_new(state) } : amqp_tcp_socket_new(state)
        guard let socket = made else {
            throw .library(during: "connect", reason: "no socket")
        }
        if endpoint.usesTLS { try configureTLS(socket, configuration) }
        var timeout = timeval(configuration.connectTimeout)
        amqp_set_handshake_timeout(state, &timeout)
        let status = amqp_socket_open_noblock(socket, endpoint.host, Int32(endpoint.port), &timeout)
        guard status == AMQP_STATUS_OK.rawValue else {
            throw AMQPFailure(status: status, during: "connect to \(endpoint.host):\(endpoint.port)")
        }
        setTransportTimeout(amqp_get_sockfd(state), configuration.heartbeat * 2)
    }

    private static func logIn(
        _ state: amqp_connection_state_t, _ configuration: RabbitMQConfiguration, _ name: String
    ) throws(AMQPFailure) {
        let endpoint = configuration.endpoint
        let heartbeat = Int32(max(1, configuration.heartbeat.components.seconds))
        let reply = crabbitmq_login(
            state, endpoint.virtualHost, frameSize, heartbeat, name, endpoint.user, endpoint.password)
        if let failure = AMQPFailure(reply, during: "log in as \(endpoint.user)") { throw failure }
        var timeout = timeval(configuration.rpcTimeout)
        amqp_set_rpc_timeout(state, &timeout)
    }

    private static func configureTLS(
        _ socket: OpaquePointer, _ configuration: RabbitMQConfiguration
    ) throws(AMQPFailure) {
        var status = amqp_ssl_socket_set_cacert(socket, configuration.caFile)
        guard status == AMQP_STATUS_OK.rawValue else {
            throw .library(during: "TLS", reason: "no certificate authorities can be read from \(configuration.caFile)")
        }
        amqp_ssl_socket_set_verify_peer(socket, 1)
        amqp_ssl_socket_set_verify_hostname(socket, 1)
        amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST)
        guard let client = configuration.clientCertificate else { return }
        status = amqp_ssl_socket_set_key(socket, client.certificateFile, client.keyFile)
        guard status == AMQP_STATUS_OK.rawValue else {
            throw .library(during: "TLS", reason: "no certificate and key in \(client.certificateFile)")
        }
    }

    /// Bounds how long sent data may stay unacknowledged by the peer's kernel, and so how long a send may block.
    private static func setTransportTimeout(_ socket: Int32, _ limit: Duration) {
        var milliseconds = UInt32(limit / .milliseconds(1))
        setsockopt(
            socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds, socklen_t(MemoryLayout<UInt32>.size))
    }
}

extension timeval {
    init(_ duration: Duration) {
        let parts = duration.components
        self.init(tv_sec: Int(parts.seconds), tv_usec: Int(parts.attoseconds / 1_000_000_000_000))
    }
}
