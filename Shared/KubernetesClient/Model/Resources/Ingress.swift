/// Hosts and paths that lead to Services from outside.
public struct Ingress: KubernetesResource, Hashable {
    /// The resource type.
    public static let type = ResourceType.ingresses

    /// What an Ingress wants.
    public struct Spec: Sendable, Hashable, Codable {
        /// The controller that serves it.
        public var ingressClassName: String?
        /// Where the rest goes.
        public var defaultBackend: Backend?
        /// Which host leads where.
        public var rules: [Rule]?
        /// Certificates of hosts.
        public var tls: [TLS]?

        /// A value to be sent.
        public init(
            ingressClassName: String? = nil, defaultBackend: Backend? = nil, rules: [Rule]? = nil, tls: [TLS]? = nil
        ) {
            self.ingressClassName = ingressClassName
            self.defaultBackend = defaultBackend
            self.rules = rules
            self.tls = tls
        }
    }

    /// Where a host leads.
    public struct Rule: Sendable, Hashable, Codable {
        /// The host; `nil` for any.
        public var host: String?
        /// Its paths.
        public var http: Paths?

        /// A value to be sent.
        public init(host: String? = nil, http: Paths? = nil) {
            self.host = host
            self.http = http
        }
    }

    /// The paths of a host.
    public struct Paths: Sendable, Hashable, Codable {
        /// The paths.
        public var paths: [Path]

        /// A value to be sent.
        public init(paths: [Path]) {
            self.paths = paths
        }
    }

    /// Where a path leads.
    public struct Path: Sendable, Hashable, Codable {
        /// The path.
        public var path: String?
        /// `Prefix`, `Exact` or `ImplementationSpecific`.
        public var pathType: String
        /// Where it leads.
        public var backend: Backend

        /// A value to be sent.
        public init(path: String? = nil, pathType: String, backend: Backend) {
            self.path = path
            self.pathType = pathType
            self.backend = backend
        }
    }

    /// What requests lead to.
    public struct Backend: Sendable, Hashable, Codable {
        /// A Service.
        public var service: ServiceBackend?
        /// Something else.
        public var resource: JSONValue?

        /// A value to be sent.
        public init(service: ServiceBackend? = nil, resource: JSONValue? = nil) {
            self.service = service
            self.resource = resource
        }
    }

    /// A Service and its port.
    public struct ServiceBackend: Sendable, Hashable, Codable {
        /// The Service.
        public var name: String
        /// Its port.
        public var port: Port?

        /// A value to be sent.
        public init(name: String, port: Port? = nil) {
            self.name = name
            self.port = port
        }
    }

    /// A port, by name or number.
    public struct Port: Sendable, Hashable, Codable {
        /// Its name.
        public var name: String?
        /// Its number.
        public var number: Int?

        /// A value to be sent.
        public init(name: String? = nil, number: Int? = nil) {
            self.name = name
            self.number = number
        }
    }

    /// A certificate of hosts.
    public struct TLS: Sendable, Hashable, Codable {
        /// The hosts.
        public var hosts: [String]?
        /// The Secret with the certificate.
        public var secretName: String?

        /// A value to be sent.
        public init(hosts: [String]? = nil, secretName: String? = nil) {
            self.hosts = hosts
            self.secretName = secretName
        }
    }

    /// Name, namespace, labels and so on.
    public var metadata: ObjectMeta
    /// What is wanted.
    public var spec: Spec?
    /// What was observed.
    public var status: JSONValue?

    /// An object to be made.
    public init(metadata: ObjectMeta, spec: Spec? = nil, status: JSONValue? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}
