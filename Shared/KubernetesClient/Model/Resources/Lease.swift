/// Who may do something that only one may do at a time.
public struct Lease: KubernetesResource, Hashable {
    /// The resource type.
    public static let type = ResourceType.leases

    /// Who holds a lease, and for how long.
    public struct Spec: Sendable, Hashable, Codable {
        /// Who holds it; empty where nobody does.
        public var holderIdentity: String?
        /// For how many seconds without renewal.
        public var leaseDurationSeconds: Int?
        /// Since when.
        public var acquireTime: MicroTime?
        /// When it was renewed.
        public var renewTime: MicroTime?
        /// How often it changed hands.
        public var leaseTransitions: Int?

        /// A value to be sent.
        public init(
            holderIdentity: String? = nil, leaseDurationSeconds: Int? = nil, acquireTime: MicroTime? = nil,
            renewTime: MicroTime? = nil, leaseTransitions: Int? = nil
        ) {
            self.holderIdentity = holderIdentity
            self.leaseDurationSeconds = leaseDurationSeconds
            self.acquireTime = acquireTime
            self.renewTime = renewTime
            self.leaseTransitions = leaseTransitions
        }
    }

    /// Name, namespace, labels and so on.
    public var metadata: ObjectMeta
    /// Who, and for how long.
    public var spec: Spec?

    /// An object to be made.
    public init(metadata: ObjectMeta, spec: Spec? = nil) {
        self.metadata = metadata
        self.spec = spec
    }
}
