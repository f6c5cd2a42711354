import PreviewDomain

/// Where a preview environment is in its life, as its resource shows it.
enum EnvironmentPhase: String, Sendable, CaseIterable {
    case pending = "Pending"
    case creating = "Creating"
    case ready = "Ready"
    case updating = "Updating"
    case deleting = "Deleting"
    case failed = "Failed"

    /// The phase of a preview's status.
    ///
    /// - Parameter isUpdated: whether it was changed since it was made.
    init(_ status: PreviewStatus, isUpdated: Bool) {
        switch status {
        case .pending: self = isUpdated ? .updating : .pending
        case .deploying: self = isUpdated ? .updating : .creating
        case .ready, .approved: self = .ready
        case .completed, .rejected, .expired, .tornDown: self = .deleting
        case .failed: self = .failed
        }
    }
}
