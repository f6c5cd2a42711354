import Testing

@testable import MessageBus

@Suite
struct PolicyTests {
    private let ladder = RetryLadder(delays: [.seconds(30), .seconds(1), .seconds(5)], maximumAttempts: 6)

    @Test(
        arguments: [
            (1, nil, .retry(after: .seconds(1))),
            (2, nil, .retry(after: .seconds(5))),
            (3, nil, .retry(after: .seconds(30))),
            (5, nil, .retry(after: .seconds(30))),
            (6, nil, .giveUp),
            (0, nil, .retry(after: .seconds(1))),
            (1, .seconds(2), .retry(after: .seconds(5))),
            (1, .seconds(5), .retry(after: .seconds(5))),
            (1, .seconds(3600), .retry(after: .seconds(30))),
            (6, .seconds(1), .giveUp),
        ] as [(Int, Duration?, RetryLadder.Step)])
    func `the delay after an attempt`(attempt: Int, retryAfter: Duration?, step: RetryLadder.Step) {
        #expect(ladder.step(afterAttempt: attempt, retryAfter: retryAfter) == step)
    }

    @Test func `what needs something that is away waits half a minute, whatever came before`() {
        #expect(ladder.outageDelay == .seconds(30))
        #expect(
            RetryLadder(delays: [.seconds(1), .seconds(5), .seconds(120)], maximumAttempts: 1).outageDelay
                == .seconds(5))
        #expect(RetryLadder(delays: [.seconds(120)], maximumAttempts: 1).outageDelay == .seconds(120))
    }

    @Test(
        arguments: [
            (.milliseconds(250), "reaper.retry.250ms"), (.seconds(1), "reaper.retry.1s"),
            (.seconds(90), "reaper.retry.90s"),
            (.seconds(120), "reaper.retry.2m"), (.seconds(7200), "reaper.retry.2h"),
        ] as [(Duration, String)])
    func `the name of a retry queue`(delay: Duration, name: String) {
        #expect(RetryLadder.queue(of: "reaper", delay: delay) == name)
    }

    @Test func `reconnecting waits ever longer, up to a limit`() {
        var policy = ReconnectPolicy(delay: .milliseconds(100) ... .seconds(1))
        let now = ContinuousClock.now
        let delays = (0..<6).map { _ in policy.failed(at: now, jitter: 1) }
        #expect(delays == [100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
        let least = policy.failed(at: now, jitter: 0)
        #expect(least == .milliseconds(500))
    }

    @Test func `a connection that lasted starts the delays anew, one that did not goes on with them`() {
        var policy = ReconnectPolicy(delay: .milliseconds(100) ... .seconds(1))
        let now = ContinuousClock.now
        for _ in 0..<3 { _ = policy.failed(at: now, jitter: 1) }
        policy.connected(at: now)
        let afterShort = policy.failed(at: now + .milliseconds(900), jitter: 1)
        #expect(afterShort == .milliseconds(800))
        policy.connected(at: now)
        let afterLong = policy.failed(at: now + .seconds(1), jitter: 1)
        #expect(afterLong == .milliseconds(100))
    }

    @Test func `elements of one subject come one after the other, of two at once`() {
        var lanes = SubjectLanes<Int>()
        let begun = [(1, "a"), (2, "a"), (3, "b"), (4, "a")].map { lanes.admit($0, subject: $1) }
        #expect(begun == [true, false, true, false])
        let next = ["a", "b", "a", "a"].map { lanes.finished($0) }
        #expect(next == [2, nil, 4, nil])
        let beginsAgain = lanes.admit(5, subject: "a")
        #expect(beginsAgain)
    }

    @Test(arguments: [
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true),
        ("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false),
        ("00-00000000000000000000000000000000-b7ad6b7169203331-01", false),
        ("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false),
        ("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b71692033-01", false),
        ("", false),
    ])
    func `a trace context is read only where it is well-formed`(header: String, isValid: Bool) {
        #expect((TraceParent(header)?.description == header) == isValid)
    }

    @Test func `a trace goes on with a span of its own`() throws {
        let start = TraceParent()
        #expect(TraceParent(start.description) == start)
        #expect(start.child.traceID == start.traceID)
        #expect(start.child.spanID != start.spanID)
    }
}
