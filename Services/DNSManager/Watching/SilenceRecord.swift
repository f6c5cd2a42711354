/// How long an address has been silent.
struct SilenceRecord: Sendable {
    /// What is to be said of a silent address.
    enum Report: Sendable, Equatable {
        /// Nothing yet: it may be a blip.
        case none
        /// It has not answered yet, as nothing behind it is up, or has only just come up.
        case pending
        /// It does not answer; it may come to.
        case unhealthy
        /// It has not answered for so long, with a service behind it that is up, that it counts as failed.
        case final
    }

    /// How long a silence is no news.
    static let patience: Duration = .seconds(2)
    /// How long an address that has never answered may be silent for another reason than that nothing behind it is up:
    /// an ingress controller takes a moment to take up an Ingress and its certificate.
    static let startPatience: Duration = .seconds(10)

    /// The generation in which it last answered, as far as this process saw it.
    private var answeredGeneration: Int?
    private var since: ContinuousClock.Instant?
    private var sinceUp: ContinuousClock.Instant?
    private var sinceFault: ContinuousClock.Instant?

    /// Notes that the address answered.
    mutating func answered(generation: Int) {
        self = SilenceRecord()
        answeredGeneration = generation
    }

    /// Notes that it did not. Time with nothing behind it does not count towards the deadline: that is not the
    /// address's failure.
    ///
    /// - Parameters:
    ///   - generation: the preview's, that the address was asked for in; an update may start everything anew.
    ///   - isServed: whether it is silent for another reason than that nothing takes requests behind it.
    ///   - isBackendUp: whether something could answer there, as far as the cluster knows.
    mutating func silent(
        generation: Int, isServed: Bool, isBackendUp: Bool, deadline: Duration,
        now: ContinuousClock.Instant = .now
    ) -> Report {
        let begin = since ?? now
        since = begin
        sinceUp = isBackendUp ? sinceUp ?? now : nil
        sinceFault = isServed ? sinceFault ?? now : nil
        if let sinceUp, now - sinceUp >= deadline { return .final }
        guard now - begin >= Self.patience else { return .none }
        if answeredGeneration == generation { return .unhealthy }
        return sinceFault.map { now - $0 >= Self.startPatience } ?? false ? .unhealthy : .pending
    }
}
