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
