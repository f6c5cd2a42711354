import Foundation
import Shared
import TestSupport
import Testing

@testable import Reaper

/// Previews that have one id, one after another: what is late of an earlier one never touches the later one.
@Suite(.timeLimit(.minutes(2))) struct LivesTests {
    /// A preview of generation 1 that was made and is verified gone.
    private func afterFirstLife() async throws -> LifeSite {
        let site = try await LifeSite()
        try await site.event(PreviewCreated.self, .pending, first: 1, generation: 1).run()
        try await site.plan(1, first: 1).run()
        _ = try await site.makeObjects(1)
        try await site.event(PreviewTornDown.self, .tornDown, first: 1, generation: 1).run()
        try await site.cleanup(1, first: 1).run()
        try #require(try await site.isCompleted(1))
        try await site.event(PreviewCleaned.self, .tornDown, first: 1, generation: 1).run()
        return site
    }

    private func expectUntouched(_ objects: [KubernetesObject], _ site: LifeSite) async throws {
        for _ in 0..<2 {
            try await site.look()
            try await site.searchLeftovers()
        }
        for object in objects { #expect(try await site.isUntouched(object), "\(object) was touched") }
    }

    private func end(_ site: LifeSite) async throws {
        try await site.client.delete(.namespaces, name: site.id.namespace)
        for object in try await site.client.list(
            .configMaps, namespace: "default", labels: [PreviewLabels.preview: site.id.rawValue]
        ).items { try await site.client.delete(.configMaps, name: object.name, namespace: "default") }
    }

    @Test func `a cleanup that was asked for in an earlier life does not begin one in a later life`() async throws {
        let site = try await afterFirstLife()
        let late = site.cleanup(1, first: 1)
        try await site.event(PreviewCreated.self, .pending, first: 2, generation: 2).run()
        try await site.plan(2, first: 2).run()
        let objects = try await site.makeObjects(2)
        try await late.run()
        #expect(try await site.store.openCleanups().isEmpty)
        try await expectUntouched(objects, site)
        try await end(site)
    }

    @Test func `what a later life plans before it is announced does not open the earlier life's cleanup`() async throws
    {
        let site = try await afterFirstLife()
        try await site.plan(2, first: 2).run()
        let objects = try await site.makeObjects(2)
        #expect(try await site.store.openCleanups().isEmpty)
        try await expectUntouched(objects, site)
        // When it is announced, the ledger still knows what it planned.
        try await site.event(PreviewCreated.self, .pending, first: 2, generation: 2).run()
        #expect(try await site.store.entries(of: site.id).count == 3)
        try await end(site)
    }

    @Test func `what was planned in an earlier life and comes late is verified without touching the later life`()
        async throws
    {
        let site = try await afterFirstLife()
        let late = site.plan(1, first: 1)
        try await site.event(PreviewCreated.self, .pending, first: 2, generation: 2).run()
        let objects = try await site.makeObjects(2)
        try await late.run()
        try await expectUntouched(objects, site)
        try await end(site)
    }

    @Test func `a later life's cleanup is its own, also where nothing was heard of that life`() async throws {
        let site = try await afterFirstLife()
        try await site.plan(2, first: 2).run()
        let objects = try await site.makeObjects(2)
        try await site.cleanup(2, first: 2).run()
        #expect(try await site.isCompleted(2))
        for object in objects { #expect(try await !site.isUntouched(object)) }
        let receipt = try await site.store.outgoing().compactMap { $0 as? CleanupCompleted }.last?.removed
        #expect(receipt?.map(\.object.name).sorted() == ["inside", "outside-\(site.id)-2", site.id.namespace].sorted())
    }

    @Test func `what an earlier life left outside is removed while the later one lives`() async throws {
        let site = try await afterFirstLife()
        try await site.event(PreviewCreated.self, .pending, first: 2, generation: 2).run()
        try await site.plan(2, first: 2).run()
        let objects = try await site.makeObjects(2)
        let stray = try await site.make("stray-\(site.id)", in: "default", 1)
        let isGone = try await eventually {
            try await site.searchLeftovers()
            try await site.look()
            return try await site.isUntouched(stray) ? nil : true
        }
        #expect(isGone == true)
        try await expectUntouched(objects, site)
        #expect(try await site.store.openCleanups().isEmpty)
        try await end(site)
    }

    @Test func `a worker asked late leaves a later life alone, and says that nothing is left of the earlier`()
        async throws
    {
        let site = try await afterFirstLife()
        let objects = try await site.makeObjects(2)
        try await site.workersCleanup(1, first: 1).run()
        for object in objects { #expect(try await site.isUntouched(object)) }
        try await end(site)
    }
}
