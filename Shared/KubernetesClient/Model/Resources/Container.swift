/// One container of a pod.
public struct Container: Sendable, Hashable, Codable {
    /// Its name in the pod.
    public var name: String
    /// The image that it runs.
    public var image: String?
    /// The program, in place of the image's.
    public var command: [String]?
    /// The program's arguments.
    public var args: [String]?
    /// Variables, one by one.
    public var env: [EnvironmentVariable]?
    /// Variables from all of a ConfigMap or Secret.
    public var envFrom: [EnvironmentSource]?
    /// Ports that it listens on.
    public var ports: [ContainerPort]?
    /// CPU and memory.
    public var resources: ResourceRequirements?
    /// When the image is fetched.
    public var imagePullPolicy: String?
    /// Where volumes appear.
    public var volumeMounts: [JSONValue]?
    /// When it takes requests.
    public var readinessProbe: JSONValue?
    /// When it has to be restarted.
    public var livenessProbe: JSONValue?
    /// When it has started.
    public var startupProbe: JSONValue?
    /// What it may do.
    public var securityContext: JSONValue?

    /// A value to be sent.
    public init(
        name: String, image: String? = nil, command: [String]? = nil, args: [String]? = nil,
        env: [EnvironmentVariable]? = nil, envFrom: [EnvironmentSource]? = nil, ports: [ContainerPort]? = nil,
        resources: ResourceRequirements? = nil, imagePullPolicy: String? = nil, volumeMounts: [JSONValue]? = nil,
        readinessProbe: JSONValue? = nil, livenessProbe: JSONValue? = nil, startupProbe: JSONValue? = nil,
        securityContext: JSONValue? = nil
    ) {
        self.name = name
        self.image = image
        self.command = command
        self.args = args
        self.env = env
        self.envFrom = envFrom
        self.ports = ports
        self.resources = resources
        self.imagePullPolicy = imagePullPolicy
        self.volumeMounts = volumeMounts
        self.readinessProbe = readinessProbe
        self.livenessProbe = livenessProbe
        self.startupProbe = startupProbe
        self.securityContext = securityContext
    }
}

/// A port that a container listens on.
public struct ContainerPort: Sendable, Hashable, Codable {
    /// Its name.
    public var name: String?
    /// Its number.
    public var containerPort: Int
    /// `TCP`, `UDP` or `SCTP`.
    public var `protocol`: String?

    /// A value to be sent.
    public init(name: String? = nil, containerPort: Int, `protocol`: String? = nil) {
        self.name = name
        self.containerPort = containerPort
        self.`protocol` = `protocol`
    }
}

/// CPU and memory, as Kubernetes quantities by name.
public struct ResourceRequirements: Sendable, Hashable, Codable {
    /// What is set aside.
    public var requests: [String: String]?
    /// What may be used.
    public var limits: [String: String]?

    /// A value to be sent.
    public init(requests: [String: String]? = nil, limits: [String: String]? = nil) {
        self.requests = requests
        self.limits = limits
    }
}
