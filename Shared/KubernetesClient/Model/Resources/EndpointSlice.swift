/// The addresses behind a Service.
public struct EndpointSlice: KubernetesResource, Hashable {
    /// The resource type.
    public static let type = ResourceType.endpointSlices

    /// One of the addresses behind a Service.
    public struct Endpoint: Sendable, Hashable, Codable {
        /// The address.
        public var addresses: [String]
        /// Whether it takes requests.
        public var conditions: Conditions?
        /// The pod.
        public var targetRef: KubernetesObject.Reference?
        /// The pod's node.
        public var nodeName: String?

        /// A value to be sent.
        public init(
            addresses: [String], conditions: Conditions? = nil, targetRef: KubernetesObject.Reference? = nil,
            nodeName: String? = nil
        ) {
            self.addresses = addresses
            self.conditions = conditions
            self.targetRef = targetRef
            self.nodeName = nodeName
        }
    }

    /// Whether an address takes requests.
    public struct Conditions: Sendable, Hashable, Codable {
        /// It takes requests and is not about to end.
        public var ready: Bool?
        /// It takes requests.
        public var serving: Bool?
        /// It is about to end.
        public var terminating: Bool?

        /// A value to be sent.
        public init(ready: Bool? = nil, serving: Bool? = nil, terminating: Bool? = nil) {
            self.ready = ready
            self.serving = serving
            self.terminating = terminating
        }
    }

    /// A port behind a Service.
    public struct Port: Sendable, Hashable, Codable {
        /// Its name.
        public var name: String?
        /// Its number.
        public var port: Int?
        /// `TCP`, `UDP` or `SCTP`.
        public var `protocol`: String?

        /// A value to be sent.
        public init(name: String? = nil, port: Int? = nil, `protocol`: String? = nil) {
            self.name = name
            self.port = port
            self.protocol = `protocol`
        }
    }

    /// Name, namespace, labels and so on.
    public var metadata: ObjectMeta
    /// `IPv4`, `IPv6` or `FQDN`.
    public var addressType: String
    /// The addresses.
    public var endpoints: [Endpoint]
    /// The ports.
    public var ports: [Port]?

    /// An object to be made.
    public init(metadata: ObjectMeta, addressType: String, endpoints: [Endpoint], ports: [Port]? = nil) {
        self.metadata = metadata
        self.addressType = addressType
        self.endpoints = endpoints
        self.ports = ports
    }
}
