/// A Kubernetes Event about a PreviewEnvironment, as `kubectl describe` shows it.
struct EnvironmentEvent: Sendable, Equatable {
    var reason: String
    var message: String
    var isWarning = false

    /// What to tell of a status that follows another: each change of phase, and each new obstacle.
    static func events(from old: EnvironmentStatus, to new: EnvironmentStatus) -> [EnvironmentEvent] {
        guard let phase = new.phase, let verdict = new.verdicts[.ready] else { return [] }
        var events: [EnvironmentEvent] = []
        if phase != old.phase {
            events.append(
                EnvironmentEvent(reason: phase.rawValue, message: verdict.message, isWarning: phase == .failed))
        }
        let obstacles = [EnvironmentPhase.pending, .updating, .deleting, .failed]
        let isObstacle =
            verdict.reason != phase.rawValue && verdict.reason != EnvironmentStatus.Reason.requested
            && obstacles.contains(phase)
        if isObstacle,
            verdict.reason != old.verdicts[.ready]?.reason || verdict.message != old.verdicts[.ready]?.message
        {
            events.append(EnvironmentEvent(reason: verdict.reason, message: verdict.message, isWarning: true))
        }
        return events
    }
}
