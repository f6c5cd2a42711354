/// The growing delays between attempts at a message, each one a queue.
struct RetryLadder: Sendable, Equatable {
    /// Ascending.
    let delays: [Duration]
    let maximumAttempts: Int

    /// What to do after a failed attempt.
    enum Step: Equatable {
        case retry(after: Duration)
        case giveUp
    }

    init(delays: [Duration], maximumAttempts: Int) {
        self.delays = delays.sorted()
        self.maximumAttempts = maximumAttempts
    }

    /// The step after attempt number `attempt` (the first is 1) failed. A delay that was asked for is rounded up to
    /// the next of the ladder's, and down to the last.
    func step(afterAttempt attempt: Int, retryAfter: Duration?) -> Step {
        guard attempt < maximumAttempts, let longest = delays.last else { return .giveUp }
        if let retryAfter { return .retry(after: delays.first { $0 >= retryAfter } ?? longest) }
        return .retry(after: delays[min(max(attempt, 1), delays.count) - 1])
    }

    /// How long a message waits that needs what is known to be away: half a minute, as far as there is such a delay. The
    /// number of attempts does not matter to it.
    var outageDelay: Duration { delays.last { $0 <= .seconds(30) } ?? delays.first ?? .zero }

    /// How long a message waits that others about its cluster crowd out: 5 s, or the next longer delay.
    var crowdingDelay: Duration { delays.first { $0 >= .seconds(5) } ?? delays.last ?? .zero }

    /// The name of the queue in which messages of `queue` wait, such as `reaper.retry.30s`.
    static func queue(of queue: String, delay: Duration) -> String { "\(queue).retry.\(name(delay))" }

    private static func name(_ delay: Duration) -> String {
        let milliseconds = Int64(delay / .milliseconds(1))
        let seconds = milliseconds / 1000
        return switch true {
        case milliseconds % 1000 != 0 || milliseconds == 0: "\(milliseconds)ms"
        case seconds % 3600 == 0: "\(seconds / 3600)h"
        case seconds % 60 == 0: "\(seconds / 60)m"
        default: "\(seconds)s"
        }
    }
}
