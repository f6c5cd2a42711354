/// How a client behaves.
public struct ClientOptions: Sendable {
    /// How many requests a client sends at most.
    public struct RateLimit: Sendable, Hashable {
        /// In the long run, per second.
        public var requestsPerSecond: Double
        /// At once, after a pause.
        public var burst: Int

        /// A limit.
        public init(requestsPerSecond: Double, burst: Int) {
            self.requestsPerSecond = requestsPerSecond
            self.burst = burst
        }
    }

    /// The limit on how fast requests start; `nil` for none.
    public var rateLimit: RateLimit? = RateLimit(requestsPerSecond: 200, burst: 400)
    /// How many requests are in flight at most, watches and logs aside. Further ones wait, reads and writes in turn.
    public var concurrentRequests = 32
    /// How long making a connection may take.
    public var connectTimeout: Duration = .seconds(10)
    /// How long one request may take, watches and logs aside.
    public var requestTimeout: Duration = .seconds(30)
    /// How often a request is tried, the first time included, where trying again does no harm.
    public var attempts = 4
    /// How often a request is tried that the server refuses for being busy (429).
    public var attemptsWhenThrottled = 10
    /// The pause before the second attempt; it doubles with each further one, and is varied at random.
    public var firstRetryDelay: Duration = .milliseconds(100)
    /// The longest pause between attempts, unless the server asks for a longer one.
    public var longestRetryDelay: Duration = .seconds(10)
    /// The longest pause that the server gets for the asking (`Retry-After`). Where it asks for a longer one, the request
    /// fails, with the wish in the error.
    public var longestServerDelay: Duration = .seconds(30)
    /// How many objects a page of a list holds.
    public var pageSize = 500
    /// How long the server keeps a watch open before the client asks anew.
    public var watchDuration: Duration = .seconds(290)
    /// How long nothing may come over a watch, not even a bookmark, before the client asks anew.
    /// API servers send one every 60 to 75 seconds.
    public var watchIdleTimeout: Duration = .seconds(90)
    /// The largest answer that is accepted, in bytes.
    public var largestAnswer = 64 << 20

    /// Keeps requests from a cluster that is known to be unreachable; `nil` to send them all the same.
    public var reachability: ReachabilityGate?

    /// The defaults.
    public init() {}
}
