import Foundation
import Shared
import Testing

@testable import Reaper

@Suite struct OrphanPolicyTests {
    private let start = Fixtures.start

    /// What is known of a preview that began with generation 3 and is at 4 now.
    private func record(endedAfter seconds: TimeInterval? = nil) throws -> PreviewRecord {
        var summary = try Fixtures.summary()
        summary.firstGeneration = 3
        summary.reference.generation = 4
        var record = PreviewRecord(summary, key: PreviewCreated.key, at: start)
        record.endedAt = seconds.map { start.addingTimeInterval($0) }
        return record
    }

    private func cleanup(_ generation: Int = 4, isCompleted: Bool) throws -> CleanupRecord {
        var preview = try Fixtures.reference()
        preview.generation = generation
        return CleanupRecord(preview: preview, requestedAt: start, completedAt: isCompleted ? start : nil)
    }

    private func decision(
        for generation: Int? = 3, isInNamespace: Bool = false, _ record: PreviewRecord?, _ cleanup: CleanupRecord?,
        after seconds: TimeInterval = 1e6
    ) -> OrphanPolicy.Decision {
        OrphanPolicy.decision(
            for: generation, isInNamespace: isInNamespace, record: record, cleanup: cleanup,
            now: start.addingTimeInterval(seconds))
    }

    @Test(arguments: [nil, 3, 4, 5]) func `objects of a living preview are left alone`(generation: Int?) throws {
        #expect(decision(for: generation, try record(), nil) == .leave)
    }

    @Test func `objects of a cleaned preview are removed`() throws {
        #expect(decision(try record(endedAfter: 0), try cleanup(isCompleted: true), after: 0) == .remove)
        #expect(decision(nil, try cleanup(isCompleted: true), after: 0) == .remove)
    }

    @Test func `a removal under way is left to itself`() throws {
        #expect(decision(try record(endedAfter: 0), try cleanup(isCompleted: false)) == .leave)
        #expect(decision(nil, try cleanup(isCompleted: false)) == .leave)
    }

    @Test func `an ended preview whose removal nobody asked for is removed after a while`() throws {
        #expect(decision(try record(endedAfter: 0), nil, after: 299) == .leave)
        #expect(decision(try record(endedAfter: 0), nil, after: 300) == .remove)
    }

    @Test func `objects of an unknown preview are never removed`() {
        #expect(decision(nil, nil, after: 1e9) == .unknown)
    }

    @Test func `what an earlier preview of the id left is removed, but for what is in the later one's namespace`()
        throws
    {
        for record in [try record(), try record(endedAfter: 0)] {
            #expect(decision(for: 2, record, nil, after: 0) == .remove)
        }
        #expect(decision(for: 2, try record(), try cleanup(2, isCompleted: true)) == .remove)
        #expect(decision(for: 2, try record(), try cleanup(2, isCompleted: false)) == .leave)
        #expect(decision(for: 2, isInNamespace: true, try record(), nil) == .leave)
        #expect(decision(for: 2, isInNamespace: true, try record(), try cleanup(2, isCompleted: true)) == .leave)
    }

    @Test func `what a later preview of the id made is left alone, though nobody has told of it yet`() throws {
        #expect(decision(for: 5, try record(endedAfter: 0), try cleanup(isCompleted: true)) == .leave)
        #expect(decision(for: 5, nil, try cleanup(isCompleted: true)) == .unknown)
    }

    @Test func `an earlier preview's cleanup says nothing of the present one`() throws {
        #expect(decision(try record(endedAfter: 0), try cleanup(2, isCompleted: false), after: 300) == .remove)
        #expect(decision(try record(endedAfter: 0), try cleanup(2, isCompleted: true), after: 0) == .leave)
    }
}
