import HTTPTypes

/// From where a request comes.
struct RequestOrigin: Sendable, Hashable {
    /// The address of the one who made it, as far as it is known for sure.
    var address: String?
    /// What their program calls itself, shortened.
    var userAgent: String?

    init(address: String? = nil, userAgent: String? = nil) {
        self.address = address
        self.userAgent = userAgent.map { $0.shortened(toBytes: 300) }
    }

    /// - Parameters:
    ///   - peer: the address at the other end of the connection.
    ///   - proxies: whose `X-Forwarded-For` is believed.
    init(headers: HTTPFields, peer: String?, proxies: TrustedProxies) {
        let forwarded = HTTPField.Name("X-Forwarded-For").map { headers[values: $0].joined(separator: ",") } ?? ""
        self.init(
            address: peer.map { proxies.client(peer: $0, forwardedFor: forwarded) },
            userAgent: headers[.userAgent])
    }
}
