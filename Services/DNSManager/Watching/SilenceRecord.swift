/// How long addresses have been silent.
struct SilenceRecord: Sendable {
    /// What is to be said of a silent address.
    enum Report: Sendable, Equatable {
        /// Nothing yet: it may be a blip.
        case none
        /// It does not answer; it may come to.
        case unhealthy
        /// It has not answered for so long, with a service behind it that is up, that it counts as failed.
        case final
    }

    /// How long a silence is no news.
    static let patience: Duration = .seconds(2)

    private var since: ContinuousClock.Instant?
    private var sinceUp: ContinuousClock.Instant?

    /// Notes that the address answered.
    mutating func answered() {
        self = SilenceRecord()
    }

    /// Notes that it did not. Time with nothing behind it does not count towards the deadline: that is not the
    /// address's failure.
    mutating func silent(
        isBackendUp: Bool, deadline: Duration, now: ContinuousClock.Instant = .now
    ) -> Report {
        since = since ?? now
        sinceUp = isBackendUp ? sinceUp ?? now : nil
        if let sinceUp, now - sinceUp >= deadline { return .final }
        return now - (since ?? now) >= Self.patience ? .unhealthy : .none
    }
}
