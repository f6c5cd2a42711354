/// Pods of one kind, replaced step by step when they change.
public struct Deployment: KubernetesResource, Hashable {
    /// The resource type.
    public static let type = ResourceType.deployments

    /// What a Deployment wants.
    public struct Spec: Sendable, Hashable, Codable {
        /// How many pods.
        public var replicas: Int?
        /// Which pods are its own.
        public var selector: LabelTerms?
        /// What they are made from.
        public var template: PodTemplate
        /// How they are replaced.
        public var strategy: JSONValue?
        /// After how many seconds without progress a rollout has failed.
        public var progressDeadlineSeconds: Int?
        /// Whether changes wait.
        public var paused: Bool?

        /// A value to be sent.
        public init(
            replicas: Int? = nil, selector: LabelTerms? = nil, template: PodTemplate, strategy: JSONValue? = nil,
            progressDeadlineSeconds: Int? = nil, paused: Bool? = nil
        ) {
            self.replicas = replicas
            self.selector = selector
            self.template = template
            self.strategy = strategy
            self.progressDeadlineSeconds = progressDeadlineSeconds
            self.paused = paused
        }
    }

    /// A Deployment's state.
    public struct Status: Sendable, Hashable, Codable {
        /// The generation that the controller has seen.
        public var observedGeneration: Int?
        /// All pods.
        public var replicas: Int?
        /// Pods of the newest template.
        public var updatedReplicas: Int?
        /// Pods that take requests.
        public var readyReplicas: Int?
        /// Pods that have taken requests for long enough.
        public var availableReplicas: Int?
        /// Pods that are missing.
        public var unavailableReplicas: Int?
        /// `Available`, `Progressing` and `ReplicaFailure`.
        public var conditions: [Condition]?

        /// A value to be sent.
        public init(
            observedGeneration: Int? = nil, replicas: Int? = nil, updatedReplicas: Int? = nil,
            readyReplicas: Int? = nil,
            availableReplicas: Int? = nil, unavailableReplicas: Int? = nil, conditions: [Condition]? = nil
        ) {
            self.observedGeneration = observedGeneration
            self.replicas = replicas
            self.updatedReplicas = updatedReplicas
            self.readyReplicas = readyReplicas
            self.availableReplicas = availableReplicas
            self.unavailableReplicas = unavailableReplicas
            self.conditions = conditions
        }
    }

    /// Name, namespace, labels and so on.
    public var metadata: ObjectMeta
    /// What is wanted.
    public var spec: Spec?
    /// What was observed.
    public var status: Status?

    /// An object to be made.
    public init(metadata: ObjectMeta, spec: Spec? = nil, status: Status? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// Whether the newest template runs in full, and nothing else does, as `kubectl rollout status` sees it.
    public var isRolledOut: Bool {
        guard let status, status.observedGeneration ?? 0 >= metadata.generation ?? 0 else { return false }
        let wanted = spec?.replicas ?? 1
        return status.updatedReplicas ?? 0 >= wanted && status.replicas ?? 0 <= status.updatedReplicas ?? 0
            && status.availableReplicas ?? 0 >= wanted
    }
}

/// Which pods belong to a workload.
public struct LabelTerms: Sendable, Hashable, Codable {
    /// Labels that they carry.
    public var matchLabels: [String: String]?
    /// Further terms.
    public var matchExpressions: [JSONValue]?

    /// A value to be sent.
    public init(matchLabels: [String: String]? = nil, matchExpressions: [JSONValue]? = nil) {
        self.matchLabels = matchLabels
        self.matchExpressions = matchExpressions
    }
}
