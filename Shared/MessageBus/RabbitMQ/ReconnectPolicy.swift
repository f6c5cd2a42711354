/// When to connect again after a connection failed: at once-ish the first time, then ever later, never all at once.
struct ReconnectPolicy: Sendable {
    /// The shortest and the longest delay.
    let delay: ClosedRange<Duration>
    private var failures = 0
    private var connectedAt: ContinuousClock.Instant?

    init(delay: ClosedRange<Duration>) { self.delay = delay }

    /// A connection was made.
    mutating func connected(at now: ContinuousClock.Instant) { connectedAt = now }

    /// A connection or an attempt at one failed. Returns how long to wait before the next attempt.
    ///
    /// The ladder starts anew only after a connection that outlived the longest delay, so that one which is closed right
    /// after each login does not turn into a storm.
    ///
    /// - Parameter jitter: between 0 and 1; which part of the half of the delay that is left to chance is waited.
    mutating func failed(at now: ContinuousClock.Instant, jitter: Double = .random(in: 0...1)) -> Duration {
        if let connectedAt, connectedAt.duration(to: now) >= delay.upperBound { failures = 0 }
        connectedAt = nil
        let ceiling = min(delay.lowerBound * (1 << min(failures, 20)), delay.upperBound)
        failures += 1
        return ceiling / 2 + ceiling / 2 * jitter
    }
}
