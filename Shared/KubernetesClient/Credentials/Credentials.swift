/// What a request carries to say who sends it.
struct Credentials: Sendable, Hashable {
    /// The `Authorization` header.
    var authorization: String?
    /// A certificate in place of the configuration's.
    var certificate: ClientCertificate?
    /// Counts what was read or obtained, so that a refusal is known to be about this one.
    var generation: UInt64 = 0
}

/// A client's certificate and its key, in PEM.
struct ClientCertificate: Sendable, Hashable {
    var certificate: [UInt8]
    var key: [UInt8]
}
