/// Decides which failed requests are sent again, and when.
///
/// | failure | sent again |
/// | --- | --- |
/// | 429 | every request: the server has not done it |
/// | no connection, name not resolved, certificate refused | every request: the server has not seen it |
/// | 408, 500, 502, 503, 504, cut off, no answer in time | what does the same when it is done twice: reads, deletions, applies, merge patches, replacements that carry a version; a creation after looking whether it happened (`KubernetesClient.create`) |
/// | anything else | never |
///
/// A pause doubles each time and is varied at random; where the server says how long to wait, it is at least that.
struct Repetition: Sendable {
    private let options: ClientOptions
    private var backoff: Backoff
    private var failures = 0
    private var refusals = 0

    init(options: ClientOptions) {
        self.options = options
        backoff = Backoff(first: options.firstRetryDelay, longest: options.longestRetryDelay)
    }

    /// How long to wait before the next attempt; `nil` where there is none.
    mutating func pause(after error: KubernetesError, of request: APIRequest, isCutOff: Bool) -> Duration? {
        if error.isTooManyRequests {
            refusals += 1
            guard refusals < options.attemptsWhenThrottled else { return nil }
        } else {
            failures += 1
            guard failures < options.attempts, mayRepeat(request, after: error, isCutOff: isCutOff) else { return nil }
        }
        let wish = error.retryAfter ?? .zero
        // Who asks for longer gets the caller told instead, with the wish in the error.
        guard wish <= options.longestServerDelay else { return nil }
        return max(backoff.pause(), wish * Double.random(in: 1...1.25))
    }

    private func mayRepeat(_ request: APIRequest, after error: KubernetesError, isCutOff: Bool) -> Bool {
        switch error.cause {
        case .transport(let failure) where failure.kind == .clusterUnreachable: false  // Whoever asked has to wait.
        case .transport(let failure) where failure.isBeforeSending: failure.isTransient
        case .status(let status) where status.code == 401: false  // New credentials were tried by then.
        case .unreadableAnswer: request.isIdempotent && isCutOff
        case .credentials: true
        default: request.isIdempotent && error.isTransient
        }
    }
}
