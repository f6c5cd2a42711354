import Testing

@testable import MessageBus

@Suite
struct ConfirmTrackerTests {
    /// A tracker with publications 1 to `count`, by the ids `m1`, `m2`, ….
    private func tracker(_ count: Int) -> ConfirmTracker<Int> {
        var tracker = ConfirmTracker<Int>()
        for number in 1...count { tracker.published(number, messageID: "m\(number)", at: .now) }
        return tracker
    }

    private func confirm(
        _ tracker: inout ConfirmTracker<Int>, _ tag: UInt64, multiple: Bool = false, accepted: Bool = true
    ) -> [String] {
        var resolved: [String] = []
        tracker.confirmed(tag, multiple: multiple, accepted: accepted) { resolved.append("\($0) \($1)") }
        return resolved
    }

    @Test func `a confirm speaks for one message`() {
        var tracker = tracker(3)
        #expect(confirm(&tracker, 2) == ["2 confirmed"])
        #expect(tracker.count == 2)
        #expect(confirm(&tracker, 1) == ["1 confirmed"])
        #expect(confirm(&tracker, 3) == ["3 confirmed"])
        #expect(tracker.count == 0)
        #expect(tracker.oldest == nil)
    }

    @Test func `a multiple confirm speaks for all before it that are open`() {
        var tracker = tracker(5)
        #expect(confirm(&tracker, 2) == ["2 confirmed"])
        #expect(confirm(&tracker, 4, multiple: true) == ["1 confirmed", "3 confirmed", "4 confirmed"])
        #expect(tracker.count == 1)
    }

    @Test func `a confirm that comes twice, or for nothing, is ignored`() {
        var tracker = tracker(2)
        #expect(confirm(&tracker, 1) == ["1 confirmed"])
        #expect(confirm(&tracker, 1).isEmpty)
        #expect(confirm(&tracker, 0).isEmpty)
        #expect(confirm(&tracker, 7).isEmpty)
        #expect(confirm(&tracker, .max, multiple: true).isEmpty)
        #expect(tracker.count == 1)
    }

    @Test func `a returned message counts as returned when its confirm comes`() {
        var tracker = tracker(3)
        tracker.returned(messageID: "m2")
        tracker.returned(messageID: "unknown")
        #expect(confirm(&tracker, 3, multiple: true) == ["1 confirmed", "2 returned", "3 confirmed"])
    }

    @Test func `of two messages with one id the first is returned first`() {
        var tracker = ConfirmTracker<Int>()
        for number in 1...2 { tracker.published(number, messageID: "same", at: .now) }
        tracker.returned(messageID: "same")
        #expect(confirm(&tracker, 1) == ["1 returned"])
        #expect(confirm(&tracker, 2) == ["2 confirmed"])
    }

    @Test func `a refused message is refused, whether it was returned or not`() {
        var tracker = tracker(2)
        tracker.returned(messageID: "m1")
        #expect(confirm(&tracker, 2, multiple: true, accepted: false) == ["1 refused", "2 refused"])
    }

    @Test func `a lost channel leaves what was open, in order, and counts from one again`() {
        var tracker = tracker(4)
        _ = confirm(&tracker, 2)
        #expect(tracker.channelLost() == [1, 3, 4])
        #expect(tracker.count == 0)
        tracker.published(9, messageID: "m9", at: .now)
        #expect(confirm(&tracker, 1) == ["9 confirmed"])
    }

    @Test func `the oldest open message is the one that waits`() {
        let start = ContinuousClock.now
        var tracker = ConfirmTracker<Int>()
        for number in 0..<3 { tracker.published(number, messageID: "", at: start + .seconds(number)) }
        _ = confirm(&tracker, 2)
        #expect(tracker.oldest == start)
        _ = confirm(&tracker, 1)
        #expect(tracker.oldest == start + .seconds(2))
    }

    @Test func `a long run keeps its count`() {
        var tracker = ConfirmTracker<UInt64>()
        for tag in 1...20_000 as ClosedRange<UInt64> {
            tracker.published(tag, messageID: "", at: .now)
            // One always stays open, so that nothing is ever empty.
            guard tag > 1 else { continue }
            var resolved: [UInt64] = []
            tracker.confirmed(tag - 1, multiple: false, accepted: true) { number, _ in resolved.append(number) }
            #expect(resolved == [tag - 1])
        }
        #expect(tracker.count == 1)
    }
}
