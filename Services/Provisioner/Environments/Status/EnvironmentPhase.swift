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
    /// - Parameter generation: the preview's generation; above 1 it was there before.
    init(_ status: PreviewStatus, generation: Int) {
        switch status {
        case .pending: self = generation > 1 ? .updating : .pending
        case .deploying: self = generation > 1 ? .updating : .creating
        case .ready, .approved: self = .ready
        case .completed, .rejected, .expired, .tornDown: self = .deleting
        case .failed: self = .failed
        }
    }
}
