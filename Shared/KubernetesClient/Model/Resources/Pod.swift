public import Foundation

/// A pod: containers that run together.
public struct Pod: KubernetesResource, Hashable {
    /// The resource type.
    public static let type = ResourceType.pods

    /// A pod's state.
    public struct Status: Sendable, Hashable, Codable {
        /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
        public var phase: String?
        /// Such as `Ready` and `PodScheduled`.
        public var conditions: [Condition]?
        /// The pod's address.
        public var podIP: String?
        /// When the node took it.
        public var startTime: Date?
        /// Why, as one word, such as `Evicted`.
        public var reason: String?
        /// Why, as a sentence.
        public var message: String?
        /// The state of containers that run before the others.
        public var initContainerStatuses: [ContainerStatus]?
        /// The containers' state.
        public var containerStatuses: [ContainerStatus]?

        /// A value to be sent.
        public init(
            phase: String? = nil, conditions: [Condition]? = nil, podIP: String? = nil, startTime: Date? = nil,
            reason: String? = nil, message: String? = nil, initContainerStatuses: [ContainerStatus]? = nil,
            containerStatuses: [ContainerStatus]? = nil
        ) {
            self.phase = phase
            self.conditions = conditions
            self.podIP = podIP
            self.startTime = startTime
            self.reason = reason
            self.message = message
            self.initContainerStatuses = initContainerStatuses
            self.containerStatuses = containerStatuses
        }
    }

    /// Name, namespace, labels and so on.
    public var metadata: ObjectMeta
    /// What shall run.
    public var spec: PodSpec?
    /// What runs.
    public var status: Status?

    /// An object to be made.
    public init(metadata: ObjectMeta, spec: PodSpec? = nil, status: Status? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// Whether the pod takes requests.
    public var isReady: Bool { status?.conditions?.contains { $0.type == "Ready" && $0.isTrue } ?? false }
}

/// What each pod of a workload is made from.
public struct PodTemplate: Sendable, Hashable, Codable {
    /// Labels and annotations.
    public var metadata: ObjectMeta?
    /// What shall run.
    public var spec: PodSpec?

    /// A value to be sent.
    public init(metadata: ObjectMeta? = nil, spec: PodSpec? = nil) {
        self.metadata = metadata
        self.spec = spec
    }
}

/// What a pod runs.
public struct PodSpec: Sendable, Hashable, Codable {
    /// Containers that run to their end before the others start.
    public var initContainers: [Container]?
    /// The containers.
    public var containers: [Container]
    /// Files for the containers.
    public var volumes: [JSONValue]?
    /// `Always`, `OnFailure` or `Never`.
    public var restartPolicy: String?
    /// Who the pod is to the API.
    public var serviceAccountName: String?
    /// Whether containers get that account's token.
    public var automountServiceAccountToken: Bool?
    /// The node that runs it.
    public var nodeName: String?
    /// How many seconds its processes may take to end.
    public var terminationGracePeriodSeconds: Int?

    /// A value to be sent.
    public init(
        initContainers: [Container]? = nil, containers: [Container], volumes: [JSONValue]? = nil,
        restartPolicy: String? = nil, serviceAccountName: String? = nil, automountServiceAccountToken: Bool? = nil,
        nodeName: String? = nil, terminationGracePeriodSeconds: Int? = nil
    ) {
        self.initContainers = initContainers
        self.containers = containers
        self.volumes = volumes
        self.restartPolicy = restartPolicy
        self.serviceAccountName = serviceAccountName
        self.automountServiceAccountToken = automountServiceAccountToken
        self.nodeName = nodeName
        self.terminationGracePeriodSeconds = terminationGracePeriodSeconds
    }
}
