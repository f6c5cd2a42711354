/// A namespace.
public struct Namespace: KubernetesResource, Hashable {
    /// The resource type.
    public static let type = ResourceType.namespaces

    /// A namespace's state.
    public struct Status: Sendable, Hashable, Codable {
        /// `Active` or `Terminating`.
        public var phase: String?
        /// What holds up its deletion.
        public var conditions: [Condition]?

        /// A value to be sent.
        public init(phase: String? = nil, conditions: [Condition]? = nil) {
            self.phase = phase
            self.conditions = conditions
        }
    }

    /// Name, namespace, labels and so on.
    public var metadata: ObjectMeta
    /// What was observed.
    public var status: Status?

    /// An object to be made.
    public init(metadata: ObjectMeta, status: Status? = nil) {
        self.metadata = metadata
        self.status = status
    }

    /// Whether it is being deleted; nothing can be created in it any more.
    public var isTerminating: Bool { status?.phase == "Terminating" || metadata.deletionTimestamp != nil }
}
