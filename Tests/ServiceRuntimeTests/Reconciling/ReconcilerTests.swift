import Logging
import Synchronization
import Testing

@testable import ServiceRuntime

@Suite(.timeLimit(.minutes(1))) struct ReconcilerTests {
    /// Counts what happens and lets a test wait for it.
    private final class Journal: Sendable {
        private struct State {
            var entries: [String] = []
            var active: [String: Int] = [:]
            var mostAtOnce: [String: Int] = [:]
            var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        }
        private let state = Mutex(State())

        var entries: [String] { state.withLock(\.entries) }
        func mostAtOnce(_ key: String) -> Int { state.withLock { $0.mostAtOnce[key, default: 0] } }

        func enter(_ key: String) {
            state.withLock { state in
                state.active[key, default: 0] += 1
                state.mostAtOnce[key] = max(state.mostAtOnce[key, default: 0], state.active[key, default: 0])
            }
        }

        func leave(_ key: String) {
            let ready = state.withLock { state -> [CheckedContinuation<Void, Never>] in
                state.active[key, default: 0] -= 1
                state.entries.append(key)
                let ready = state.waiters.filter { $0.count <= state.entries.count }
                state.waiters.removeAll { $0.count <= state.entries.count }
                return ready.map(\.continuation)
            }
            for continuation in ready { continuation.resume() }
        }

        func wait(for count: Int) async {
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    if state.entries.count >= count { return true }
                    state.waiters.append((count, continuation))
                    return false
                }
                if isThere { continuation.resume() }
            }
        }
    }

    private func running(
        _ reconciler: Reconciler<String>, _ body: @Sendable () async -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await reconciler.run() }
            await body()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    @Test func `a key that is asked for is worked on`() async throws {
        let journal = Journal()
        let reconciler = Reconciler<String>("test", logger: logger) { key in
            journal.enter(key)
            journal.leave(key)
            return .whenAsked
        }
        try await running(reconciler) {
            reconciler.request("a")
            reconciler.request("b")
            await journal.wait(for: 2)
        }
        #expect(journal.entries.sorted() == ["a", "b"])
    }

    @Test func `a key is not lost where something else than the reconciler was cancelled`() async throws {
        let journal = Journal()
        let reconciler = Reconciler<String>("test", delays: .milliseconds(1) ... .milliseconds(10), logger: logger) {
            key in
            defer { journal.leave(key) }
            journal.enter(key)
            if journal.entries.isEmpty { throw CancellationError() }
            return .whenAsked
        }
        try await running(reconciler) {
            reconciler.request("a")
            await journal.wait(for: 2)
        }
        #expect(journal.entries == ["a", "a"])
    }

    @Test func `one key is never worked on twice at a time and none is lost`() async throws {
        let journal = Journal()
        let reconciler = Reconciler<String>("test", concurrency: 4, logger: logger) { key in
            journal.enter(key)
            await Task.yield()
            journal.leave(key)
            return .whenAsked
        }
        let lastSeen = Mutex(false)
        try await running(reconciler) {
            for _ in 0..<200 {
                reconciler.request("a")
                await Task.yield()
            }
            reconciler.request("b")
            while !journal.entries.contains("b") { await Task.yield() }
            lastSeen.withLock { $0 = true }
        }
        #expect(journal.mostAtOnce("a") == 1)
        #expect(journal.entries.contains("a"))
        #expect(lastSeen.withLock { $0 })
    }

    @Test func `a failed key is tried again, later each time`() async throws {
        struct Trouble: Error {}
        let journal = Journal()
        let reconciler = Reconciler<String>(
            "test", delays: .milliseconds(1) ... .milliseconds(4), logger: logger
        ) { key in
            journal.enter(key)
            journal.leave(key)
            if journal.entries.count < 5 { throw Trouble() }
            return .whenAsked
        }
        try await running(reconciler) {
            reconciler.request("a")
            await journal.wait(for: 5)
        }
        #expect(journal.entries.count == 5)
    }

    @Test func `a revisit comes without being asked for`() async throws {
        let journal = Journal()
        let reconciler = Reconciler<String>("test", logger: logger) { key in
            journal.enter(key)
            journal.leave(key)
            return .after(.milliseconds(1))
        }
        try await running(reconciler) {
            reconciler.request("a")
            await journal.wait(for: 3)
        }
        #expect(journal.entries.count >= 3)
    }

    @Test(arguments: [(0, 100), (1, 200), (2, 400), (5, 3200), (9, 5000), (400, 5000)])
    func `delays double up to the longest`(count: Int, milliseconds: Int) {
        let schedule = ReconcileSchedule<String>(delays: .milliseconds(100) ... .seconds(5))
        #expect(schedule.delay(after: count) == .milliseconds(milliseconds))
    }

    @Test func `keys come in the order in which they are due`() async {
        let schedule = ReconcileSchedule<Int>(delays: .milliseconds(1) ... .seconds(1))
        let past = ContinuousClock.now - .seconds(100)
        for key in (0..<50).shuffled() { schedule.request(key, at: past + .seconds(key)) }
        var order: [Int] = []
        while order.count < 50, let key = await schedule.next() { order.append(key) }
        #expect(order == Array(0..<50))
    }

    @Test func `an earlier request wins over a later one`() async {
        let schedule = ReconcileSchedule<String>(delays: .milliseconds(1) ... .seconds(1))
        schedule.request("a", at: .now + .seconds(1000))
        schedule.request("a", at: .now)
        #expect(await schedule.next() == "a")
        schedule.finish("a", .whenAsked)
        #expect(schedule.count == 0)
    }
}
