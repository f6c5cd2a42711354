/// A request, independent of where it is sent.
struct HTTPRequest: Sendable {
    /// How much of an answer is held, and when its reader is told.
    enum Delivery: Sendable {
        /// Held whole, up to a limit in bytes.
        case whole(limit: Int)
        /// Handed on as it comes; the server is slowed down while more than this many bytes wait.
        case streamed(window: Int)
    }

    var method: String
    var url: String
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]?
    var delivery: Delivery = .whole(limit: 64 << 20)
    /// How long everything may take; `nil` for no limit.
    var timeout: Duration?
    /// How long nothing may come; `nil` for no limit.
    var idleTimeout: Duration?
    /// Whether it only finds out whether the server answers, and so is sent whatever is known of that.
    var isProbe = false
    /// A client certificate in place of the connection settings' one.
    var certificate: ClientCertificate?
    /// Whether curl may send it once more by itself, as it does when a connection that was kept has died meanwhile.
    var mayBeResent = true
    /// Whether no connection that is open already may be used, as after one of them has not answered.
    var needsFreshConnection = false
}

/// The start of an answer.
struct HTTPResponseHead: Sendable, Equatable {
    var status: Int
    /// By name in lower case; of a name sent twice, the values joined by a comma.
    var headers: [String: String]

    /// Whether there is a server, but none that could do anything, as behind a load balancer without an API server.
    var isOutage: Bool { [500, 502, 503, 504].contains(status) }
}

/// A whole answer.
struct HTTPResponse: Sendable {
    var head: HTTPResponseHead
    var body: [UInt8]
}

/// How connections are made.
struct HTTPConnectionSettings: Sendable, Hashable {
    /// Certificates to trust, in PEM; `nil` for the system's.
    var certificateAuthority: [UInt8]?
    /// The client's certificate, in PEM.
    var clientCertificate: [UInt8]?
    /// The client certificate's key, in PEM.
    var clientKey: [UInt8]?
    /// Whether to talk to a server that cannot prove who it is.
    var skipsVerification = false
    /// Where to connect, whatever the URL says, as `::HOST:PORT`: for servers whose certificate carries another name.
    var connectTo: String?
    /// The proxy to go through; `nil` for the environment's.
    var proxy: String?
    /// Whether answers that are held whole may come compressed.
    var isCompressed = false
    /// How long making a connection may take.
    var connectTimeout: Duration = .seconds(10)
}
