import Foundation
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct CatalogueStoreTests {
    @Test func `reports that come at once are kept as they are known`() async throws {
        let gateway = try await GatewayFixture()
        let catalogue = gateway.gateway.catalogue
        for number in 0..<50 {
            var found = Shop.report(at: gateway.present)
            found.cluster = "cluster-\(number)"
            var failed = CatalogueChanged(
                cluster: found.cluster, version: nil, applications: [],
                observedAt: gateway.present.addingTimeInterval(1))
            failed.problem = "it can't be read"
            async let first: Void = catalogue.record(found)
            async let second: Void = catalogue.record(failed)
            _ = try await (first, second)
        }
        let restarted = try await CatalogueStore(database: gateway.gateway.store.database)
        for (name, cluster) in catalogue.current.clusters {
            #expect(restarted.current.clusters[name]?.applications == cluster.applications, "\(name)")
        }
    }
}
