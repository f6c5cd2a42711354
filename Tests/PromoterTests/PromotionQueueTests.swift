import Foundation
import PreviewDomain
import Testing

@testable import Promoter

@Suite struct PromotionQueueTests {
    private let orders = ApplicationReference(namespace: "shop", name: "orders")
    private let storefront = ApplicationReference(namespace: "shop", name: "storefront")

    private func record(
        _ id: String, _ application: ApplicationReference, phase: PromotionRecord.Phase = .accepted, since: Double = 0
    ) throws -> PromotionRecord {
        let preview = PreviewReference(
            id: try #require(PreviewID(rawValue: id)), organization: .default, cluster: "local")
        let instant = Date(timeIntervalSince1970: since)
        var record = PromotionRecord(
            request: PromotionRequested(
                preview: preview, service: application.name, application: application, sourceVersion: "1",
                targetVersion: "2", approval: Approval(by: "ada", at: instant, version: "2"),
                attempt: PromotionAttempt()),
            now: instant)
        record.phase = phase
        return record
    }

    @Test func `promotions of one application are made one after another, those of others beside them`() throws {
        let queue = PromotionQueue()
        let (first, second) = (try record("bbbbbbbb", orders), try record("cccccccc", orders))
        let other = try record("dddddddd", storefront)
        #expect(queue.add([first]) == [orders])
        #expect(queue.add([second, other]) == [storefront])
        #expect(queue.next(of: orders) == first)
        #expect(queue.next(of: orders) == second)
        #expect(queue.next(of: storefront) == other)
    }

    @Test func `an application that nothing waits for is free for the next promotion`() throws {
        let queue = PromotionQueue()
        _ = queue.add([try record("bbbbbbbb", orders)])
        _ = queue.next(of: orders)
        #expect(queue.next(of: orders) == nil)
        #expect(queue.add([try record("cccccccc", orders)]) == [orders])
    }

    @Test func `what was begun goes on before what was not, and the older before the newer`() throws {
        let queue = PromotionQueue()
        let newer = try record("bbbbbbbb", orders, since: 2)
        let older = try record("cccccccc", orders, since: 1)
        let begun = try record("dddddddd", orders, phase: .changing, since: 3)
        #expect(queue.add([newer, older, begun]) == [orders])
        #expect((0..<3).map { _ in queue.next(of: orders) } == [begun, older, newer])
    }

    @Test func `a promotion that is known or finished is not taken in again`() throws {
        let queue = PromotionQueue()
        let known = try record("bbbbbbbb", orders)
        _ = queue.add([known])
        #expect(queue.next(of: orders) == known)
        #expect(queue.next(of: orders) == nil)
        #expect(queue.add([known, try record("cccccccc", orders, phase: .completed)]).isEmpty)
    }
}
