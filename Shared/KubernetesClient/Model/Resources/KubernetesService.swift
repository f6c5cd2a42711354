/// A stable address in front of pods.
public struct KubernetesService: KubernetesResource, Hashable {
    /// The resource type.
    public static let type = ResourceType.services

    /// What a Service wants.
    public struct Spec: Sendable, Hashable, Codable {
        /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
        public var type: String?
        /// Its address; `None` for no address of its own.
        public var clusterIP: String?
        /// The outside name that it stands for.
        public var externalName: String?
        /// Labels of the pods behind it.
        public var selector: [String: String]?
        /// Its ports.
        public var ports: [ServicePort]?

        /// A value to be sent.
        public init(
            type: String? = nil, clusterIP: String? = nil, externalName: String? = nil,
            selector: [String: String]? = nil,
            ports: [ServicePort]? = nil
        ) {
            self.type = type
            self.clusterIP = clusterIP
            self.externalName = externalName
            self.selector = selector
            self.ports = ports
        }
    }

    /// Name, namespace, labels and so on.
    public var metadata: ObjectMeta
    /// What is wanted.
    public var spec: Spec?

    /// An object to be made.
    public init(metadata: ObjectMeta, spec: Spec? = nil) {
        self.metadata = metadata
        self.spec = spec
    }
}

/// A port of a Service.
public struct ServicePort: Sendable, Hashable, Codable {
    /// Its name.
    public var name: String?
    /// Its number.
    public var port: Int
    /// The pods' port.
    public var targetPort: IntOrString?
    /// `TCP`, `UDP` or `SCTP`.
    public var `protocol`: String?
    /// The nodes' port.
    public var nodePort: Int?

    /// A value to be sent.
    public init(
        name: String? = nil, port: Int, targetPort: IntOrString? = nil, `protocol`: String? = nil,
        nodePort: Int? = nil
    ) {
        self.name = name
        self.port = port
        self.targetPort = targetPort
        self.protocol = `protocol`
        self.nodePort = nodePort
    }
}
