import Foundation
import Shared
import Testing

@testable import Reaper

@Suite struct PreviewRecordTests {
    private let start = Fixtures.start

    private func record(expiresIn: TimeInterval = 3600) throws -> PreviewRecord {
        PreviewRecord(try Fixtures.summary(expiresIn: expiresIn), key: PreviewCreated.key, at: start)
    }

    @Test func `a preview is due when its time to live is over, not before`() throws {
        let record = try record()
        #expect(!record.isDue(at: start.addingTimeInterval(3599.9)))
        #expect(record.isDue(at: start.addingTimeInterval(3600)))
    }

    @Test(arguments: [(1, 15.0), (2, 30), (3, 60), (6, 480), (7, 600), (50, 600)])
    func `reminders come at growing pauses`(count: Int, pause: TimeInterval) {
        #expect(PreviewRecord.pause(after: count) == pause)
    }

    @Test func `a reported expiry is repeated until the preview has ended`() throws {
        var record = try record()
        let due = start.addingTimeInterval(3600)
        record.reported(at: due)
        #expect(record.dueAt == due.addingTimeInterval(15))
        record.observe(try Fixtures.summary(.expired), key: PreviewExpired.key, at: due.addingTimeInterval(1))
        #expect(record.dueAt == nil)
        #expect(record.endedAt == due.addingTimeInterval(1))
    }

    @Test func `an extension moves the timer, also after a report`() throws {
        var record = try record()
        record.reported(at: start.addingTimeInterval(3600))
        record.observe(
            try Fixtures.summary(.ready, expiresIn: 7200), key: PreviewUpdated.key, at: start.addingTimeInterval(3601))
        #expect(record.dueAt == start.addingTimeInterval(7200))
        #expect(record.dueCount == 0)
    }

    @Test func `an event that only repeats the expiry leaves reminders alone`() throws {
        var record = try record()
        record.reported(at: start.addingTimeInterval(3600))
        let due = record.dueAt
        record.observe(try Fixtures.summary(.failed), key: PreviewFailed.key, at: start.addingTimeInterval(3601))
        #expect(record.dueAt == due)
    }

    @Test func `any order of the same events ends in the same record`() throws {
        let events: [(PreviewSummary, MessageKey, Date)] = [
            (try Fixtures.summary(.pending), PreviewCreated.key, start),
            (try Fixtures.summary(.ready, expiresIn: 7200), PreviewUpdated.key, start.addingTimeInterval(10)),
            (try Fixtures.summary(.ready, expiresIn: 7200), PreviewReady.key, start.addingTimeInterval(20)),
            (try Fixtures.summary(.tornDown, expiresIn: 7200), PreviewTornDown.key, start.addingTimeInterval(30)),
            (try Fixtures.summary(.tornDown, expiresIn: 7200), PreviewCleaned.key, start.addingTimeInterval(40)),
        ]
        func outcome(_ events: [(PreviewSummary, MessageKey, Date)]) throws -> PreviewRecord {
            let first = try #require(events.first)
            var record = PreviewRecord(first.0, key: first.1, at: first.2)
            for event in events.dropFirst() { record.observe(event.0, key: event.1, at: event.2) }
            return record
        }
        let expected = try outcome(events)
        #expect(expected.endedAt == start.addingTimeInterval(30))
        #expect(expected.cleanedAt == start.addingTimeInterval(40))
        #expect(expected.dueAt == nil)
        for _ in 0..<100 {
            let shuffled = (events + events).shuffled()
            #expect(try outcome(shuffled) == expected)
        }
    }

    @Test(arguments: [(-10.0, Duration.milliseconds(1)), (0.5, .milliseconds(500)), (5000, .seconds(60))])
    func `a timer looks at the clock at least every minute`(seconds: TimeInterval, pause: Duration) {
        #expect(ExpiryTimer.pause(until: start.addingTimeInterval(seconds), now: start) == pause)
    }
}
