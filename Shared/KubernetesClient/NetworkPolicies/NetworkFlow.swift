/// One end of a connection, as NetworkPolicies see it.
public enum NetworkPeer: Sendable, Hashable {
    /// A pod of the cluster network.
    ///
    /// - Parameter ports: its containers' named ports.
    case pod(
        namespace: String, namespaceLabels: [String: String], labels: [String: String], address: String? = nil,
        ports: [String: Int] = [:])
    /// Anything else, such as a node, the API server, or a host on the internet.
    case address(String)

    /// Its IP address, where it is known.
    public var address: String? {
        switch self {
        case .pod(_, _, _, let address, _): address
        case .address(let address): address
        }
    }
}

/// A connection that one end would open to the other.
public struct NetworkFlow: Sendable, Hashable {
    /// The protocols that policies tell apart.
    public enum Transport: String, Sendable, Hashable {
        /// TCP.
        case tcp = "TCP"
        /// UDP.
        case udp = "UDP"
        /// SCTP, which not every network can filter.
        case sctp = "SCTP"
    }

    /// Who opens the connection.
    public var source: NetworkPeer
    /// Whom it leads to.
    public var destination: NetworkPeer
    /// The port that the destination itself listens on, behind any Service.
    public var port: Int
    /// The transport protocol.
    public var transport: Transport

    /// Creates a flow.
    public init(from source: NetworkPeer, to destination: NetworkPeer, port: Int, transport: Transport = .tcp) {
        self.source = source
        self.destination = destination
        self.port = port
        self.transport = transport
    }
}
