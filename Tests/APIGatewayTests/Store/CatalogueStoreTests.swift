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
        let restarted = try await CatalogueStore(
            database: gateway.gateway.store.database, logger: gateway.gateway.logger)
        for (name, cluster) in catalogue.current.clusters {
            #expect(restarted.current.clusters[name]?.applications == cluster.applications, "\(name)")
        }
    }

    @Test func `what is listed and found is what was reported last`() async throws {
        let gateway = try await GatewayFixture.withShop()
        let catalogue = gateway.gateway.catalogue
        func listed(_ text: String? = nil, on cluster: String? = nil) -> [String] {
            catalogue.index.applications(matching: text, on: cluster).map {
                "\($0.cluster)/\($0.name) \($0.currentVersion)"
            }
        }
        #expect(listed() == ["local/orders 1.4.0", "local/storefront 2.0.0", "remote/payments 3.1.0"])
        try await gateway.runs("1.4.1")
        #expect(listed("SHOP/ORDERS:1.4") == ["local/orders 1.4.1"] && listed("1.4.0").isEmpty)
        #expect(listed(on: "remote") == ["remote/payments 3.1.0"])
        var newer = Shop.report(at: gateway.present.addingTimeInterval(1))
        newer.applications = [Shop.storefront]
        try await catalogue.record(newer)
        #expect(listed("shop", on: "local") == ["local/storefront 2.0.0"])
        let restarted = try await CatalogueStore(
            database: gateway.gateway.store.database, logger: gateway.gateway.logger)
        #expect(restarted.index.applications(matching: nil, on: nil).map(\.name) == ["storefront", "payments"])
    }
}
