/// Limits a rate: each take uses up one token, and tokens come back at a steady pace up to a burst.
struct TokenBucket: Sendable {
    private let perSecond: Double
    private let burst: Double
    private var tokens: Double
    private var filled: ContinuousClock.Instant

    init(limit: ClientOptions.RateLimit, now: ContinuousClock.Instant) {
        perSecond = max(limit.requestsPerSecond, 0.001)
        burst = Double(max(limit.burst, 1))
        tokens = burst
        filled = now
    }

    /// Takes a token, on credit where there is none, and says how long to wait for it.
    mutating func take(now: ContinuousClock.Instant) -> Duration {
        let elapsed = (now - filled) / .seconds(1)
        tokens = min(burst, tokens + max(0, elapsed) * perSecond)
        filled = now
        tokens -= 1
        return tokens >= 0 ? .zero : .seconds(-tokens / perSecond)
    }
}
