import Foundation
import KubernetesClient
import Logging
import MessageBus
import PreviewDomain
import ServiceRuntime
import TestSupport
import Testing

@testable import Promoter

/// Promotions of previews that have one id, one after another.
@Suite(.timeLimit(.minutes(2))) struct LivesTests {
    /// A promoter's handlers on a real API server, with a system namespace of their own.
    private struct Site: Sendable {
        let client: KubernetesClient
        let id = PreviewID.random()
        let records: PromotionRecords
        let messages = PublishedMessages(service: "promoter")

        init() async throws {
            client = try await DevClusterProcess.shared().client(fieldManager: "promoter")
            let system = "system-\(UUID().uuidString.lowercased().prefix(8))"
            _ = try await client.create(KubernetesObject(type: .namespaces, name: system), as: .namespaces)
            records = PromotionRecords(cluster: Cluster(name: "local", client: client), namespace: system)
        }

        func reference(_ generation: Int) -> PreviewReference {
            PreviewReference(id: id, organization: .default, cluster: "local", generation: generation)
        }

        func request(_ generation: Int, attempt: Int) -> PromotionRequested {
            let application = ApplicationReference(namespace: "shop", name: "orders")
            return PromotionRequested(
                preview: reference(generation), service: "orders", application: application, sourceVersion: "1",
                targetVersion: "2", approval: Approval(by: "ada", at: Date(), version: "2"),
                attempt: PromotionAttempt(number: attempt))
        }

        func promote(_ generation: Int, attempt: Int) async throws {
            try await messages.deliver(
                request(generation, attempt: attempt), to: PromoteService(records: ["local": records]))
        }

        func cleanUp(_ generation: Int) async throws {
            try await messages.deliver(
                CleanupRequested(preview: reference(generation), reason: .completed),
                to: RemovePromotionRecords(records: ["local": records]))
        }

        /// Writes the tombstone of an ended preview, as the provisioner does.
        func bury(_ generation: Int) async throws {
            var tombstone = KubernetesObject(
                type: .configMaps, name: "tombstone-\(id)", namespace: records.namespace)
            let record: JSONValue = ["preview": try JSONValue(encoding: reference(generation)), "state": "done"]
            tombstone["data"] = ["record": .string(record.description)]
            _ = try await client.apply(tombstone, as: .configMaps)
        }

        func isKnown(_ generation: Int, attempt: Int) async throws -> Bool {
            try await records.find(request(generation, attempt: attempt)) != nil
        }

        func end() async throws { try await client.delete(.namespaces, name: records.namespace) }
    }

    @Test func `a preview is promoted although an earlier one of its id has ended`() async throws {
        let site = try await Site()
        try await site.bury(3)
        try await site.promote(4, attempt: 2)
        #expect(try await site.isKnown(4, attempt: 2))
        try await site.end()
    }

    @Test(arguments: [1, 3]) func `a promotion that was asked for before the preview's end is not begun after it`(
        generation: Int
    ) async throws {
        let site = try await Site()
        try await site.bury(3)
        try await site.promote(generation, attempt: 1)
        #expect(try await !site.isKnown(generation, attempt: 1))
        #expect(site.messages.all.isEmpty)
        try await site.end()
    }

    @Test func `an earlier preview's cleanup leaves the later one's promotion alone`() async throws {
        let site = try await Site()
        try await site.promote(1, attempt: 1)
        try await site.bury(1)
        try await site.promote(2, attempt: 2)
        try await site.cleanUp(1)
        #expect(try await !site.isKnown(1, attempt: 1))
        #expect(try await site.isKnown(2, attempt: 2))
        #expect(
            site.messages.all(ResourceRemoved.self).flatMap(\.objects).map(\.name) == ["promotion-\(site.id)-orders-1"])
        try await site.cleanUp(2)
        #expect(try await !site.isKnown(2, attempt: 2))
        try await site.end()
    }
}
