/// Pauses that double up to a limit, each varied at random so that clients do not come back at the same moment.
struct Backoff: Sendable {
    private let first: Duration
    private let longest: Duration
    private var next: Duration

    init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
        next = first
    }

    /// The next pause: between half and all of the full one.
    mutating func pause() -> Duration {
        let full = min(next, longest)
        next = min(next * 2, longest)
        return full * Double.random(in: 0.5...1)
    }

    /// Starts over after a success.
    mutating func reset() {
        next = first
    }
}
