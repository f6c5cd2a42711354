/// Names an application that runs on a cluster.
public struct ApplicationReference: Codable, Sendable, Hashable, CustomStringConvertible {
    /// The namespace that the application runs in.
    public var namespace: String
    /// Its name: the Helm release, or the value of `app.kubernetes.io/name`.
    public var name: String

    /// Creates a reference.
    public init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// Reads `namespace/name`, or returns `nil` where the text is not of that form.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, DNSLabel.isValid(String(parts[0])), DNSLabel.isValid(String(parts[1])) else {
            return nil
        }
        self.init(namespace: String(parts[0]), name: String(parts[1]))
    }

    /// `namespace/name`.
    public var description: String { "\(namespace)/\(name)" }
}

/// CPU and memory of each replica, as Kubernetes quantities.
public struct ResourceSettings: Codable, Sendable, Hashable {
    /// CPU that is reserved, such as `100m`.
    public var cpuRequest: String
    /// CPU that may be used, such as `500m`.
    public var cpuLimit: String
    /// Memory that is reserved, such as `128Mi`.
    public var memoryRequest: String
    /// Memory that may be used, such as `512Mi`.
    public var memoryLimit: String

    /// Creates settings; the defaults are those of a new preview.
    public init(
        cpuRequest: String = "100m", cpuLimit: String = "500m", memoryRequest: String = "128Mi",
        memoryLimit: String = "512Mi"
    ) {
        self.cpuRequest = cpuRequest
        self.cpuLimit = cpuLimit
        self.memoryRequest = memoryRequest
        self.memoryLimit = memoryLimit
    }

    /// Reads settings; what is missing has the default of a new preview.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let defaults = ResourceSettings()
        cpuRequest = try container.decodeIfPresent(String.self, forKey: .cpuRequest) ?? defaults.cpuRequest
        cpuLimit = try container.decodeIfPresent(String.self, forKey: .cpuLimit) ?? defaults.cpuLimit
        memoryRequest = try container.decodeIfPresent(String.self, forKey: .memoryRequest) ?? defaults.memoryRequest
        memoryLimit = try container.decodeIfPresent(String.self, forKey: .memoryLimit) ?? defaults.memoryLimit
    }
}

/// Settings of the horizontal pod autoscaler.
public struct AutoscalingSettings: Codable, Sendable, Hashable {
    /// Whether there is an autoscaler.
    public var enabled: Bool
    /// The fewest pods.
    public var minReplicas: Int
    /// The most pods.
    public var maxReplicas: Int
    /// Target average CPU use, percent of the request.
    public var targetCPUPercent: Int

    /// Creates settings; the defaults are those of a new preview.
    public init(enabled: Bool = false, minReplicas: Int = 1, maxReplicas: Int = 3, targetCPUPercent: Int = 80) {
        self.enabled = enabled
        self.minReplicas = minReplicas
        self.maxReplicas = maxReplicas
        self.targetCPUPercent = targetCPUPercent
    }

    /// Reads settings; what is missing has the default of a new preview.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let defaults = AutoscalingSettings()
        enabled = try container.decodeIfPresent(Bool.self, forKey: .enabled) ?? defaults.enabled
        minReplicas = try container.decodeIfPresent(Int.self, forKey: .minReplicas) ?? defaults.minReplicas
        maxReplicas = try container.decodeIfPresent(Int.self, forKey: .maxReplicas) ?? defaults.maxReplicas
        targetCPUPercent =
            try container.decodeIfPresent(Int.self, forKey: .targetCPUPercent) ?? defaults.targetCPUPercent
    }
}

/// A variable's value as a person typed it.
public enum TypedValue: Codable, Sendable, Hashable {
    /// A value that may be shown.
    case literal(String)
    /// A secret, sealed for the provisioner (HPKE); base64 of the encapsulated key and the ciphertext.
    case sealed(String)

    private enum CodingKeys: CodingKey { case value, sealed }

    /// Reads `{"value": …}` or `{"sealed": …}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let sealed = try container.decodeIfPresent(String.self, forKey: .sealed) {
            self = .sealed(sealed)
        } else {
            self = .literal(try container.decode(String.self, forKey: .value))
        }
    }

    /// Writes `{"value": …}` or `{"sealed": …}`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .literal(let value): try container.encode(value, forKey: .value)
        case .sealed(let sealed): try container.encode(sealed, forKey: .sealed)
        }
    }
}

/// One service of a preview: an application, the version to try, and how to run it.
public struct ServiceSpecification: Codable, Sendable, Hashable {
    /// The service's name in the preview; the application's name.
    public var name: String
    /// The application that it is a copy of.
    public var application: ApplicationReference
    /// The version that ran in production when the preview was created.
    public var sourceVersion: String
    /// The image tag to try.
    public var targetVersion: String
    /// How many pods, without an autoscaler.
    public var replicas: Int
    /// CPU and memory of each pod.
    public var resources: ResourceSettings
    /// Settings of the autoscaler.
    public var autoscaling: AutoscalingSettings
    /// Whether it has an address outside the cluster.
    public var externalDNS: Bool
    /// What the user typed for variables, by name; it wins over everything else.
    public var variables: [String: TypedValue]
    /// Names of the preview's database clones (``PreviewDatabase/name``) that it uses.
    public var databases: [String]
    /// The preview's generation in which this service last changed; facts of earlier ones say nothing about it.
    public var generation: Int

    /// Creates a specification.
    public init(
        name: String, application: ApplicationReference, sourceVersion: String, targetVersion: String,
        replicas: Int = 1, resources: ResourceSettings = .init(), autoscaling: AutoscalingSettings = .init(),
        externalDNS: Bool = false, variables: [String: TypedValue] = [:], databases: [String] = [], generation: Int = 1
    ) {
        self.name = name
        self.application = application
        self.sourceVersion = sourceVersion
        self.targetVersion = targetVersion
        self.replicas = replicas
        self.resources = resources
        self.autoscaling = autoscaling
        self.externalDNS = externalDNS
        self.variables = variables
        self.databases = databases
        self.generation = generation
    }
}
