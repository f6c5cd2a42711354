public import KubernetesClient
public import PreviewDomain

/// What one service answers for when a preview ends.
public struct CleanupScope: Sendable {
    /// Objects of one type.
    public struct Entry: Sendable {
        /// The type.
        public var type: ResourceType
        /// Selects them in the preview's namespace.
        public var selector: LabelSelector
        /// Whether they are deleted; others go away with those that are, and are only waited for.
        public var isDeleted: Bool
        /// Who made them, for the receipt.
        public var madeBy: String

        /// Creates an entry.
        public init(type: ResourceType, selector: LabelSelector, isDeleted: Bool, madeBy: String) {
            self.type = type
            self.selector = selector
            self.isDeleted = isDeleted
            self.madeBy = madeBy
        }
    }

    /// The service that answers.
    public var participant: CleanupParticipant
    /// What it answers for, in the order of deletion.
    public var entries: @Sendable (PreviewID) -> [Entry]
    /// How long removal may take until it is reported as stuck; it is tried on.
    public var stuckAfter: Duration
    /// How long the cluster may refuse to let the service look until that is reported; one that starts refuses for a
    /// moment what its roles grant.
    public var refusedAfter: Duration

    /// Creates a scope.
    public init(
        participant: CleanupParticipant, stuckAfter: Duration = .seconds(120),
        refusedAfter: Duration = .seconds(10), entries: @escaping @Sendable (PreviewID) -> [Entry]
    ) {
        self.participant = participant
        self.stuckAfter = stuckAfter
        self.refusedAfter = refusedAfter
        self.entries = entries
    }
}
