import Foundation
import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct GatewayClusterOutageTests {
    private func observe(
        _ status: ClusterStatus, by gateway: GatewayFixture, addresses: ClusterObserved.Addresses = .init()
    ) async throws {
        try await gateway.deliver(
            ClusterObserved(
                cluster: "local", status: status, since: gateway.present,
                problem: status == .unreachable ? "connection refused" : nil, observedAt: gateway.present,
                addresses: addresses))
    }

    private func cluster(_ gateway: GatewayFixture) async throws -> JSONValue? {
        try await gateway.call(.get, "/clusters").json["items"][0]
    }

    @Test func `a preview on a cluster that is away is accepted with a warning and begins when it is back`()
        async throws
    {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            gateway.advance(by: 10)
            try await observe(.unreachable, by: gateway)
            let plan = try await gateway.call(.post, "/preview-plans", body: Shop.creation)
            #expect(plan.json["problems"].array == [])
            #expect(plan.json["warnings"][0]["code"].string == "cluster-unreachable")
            let preview = try await gateway.createPreview()
            #expect(try await gateway.publishedKeys() == ["preview.created"])
            gateway.advance(by: 7200)
            let waiting = try await gateway.call(.get, "/previews/\(preview.id)").json
            #expect(waiting["status"].string == "Pending")
            #expect(waiting["message"].string?.contains("The cluster local cannot be reached since") == true)
            try await observe(.reachable, by: gateway)
            #expect(try await gateway.publishedKeys() == ["namespace.requested"])
            try await gateway.reportReady(preview)
            #expect(try await gateway.status(of: preview) == "Ready")
            let kinds = try await gateway.call(.get, "/previews/\(preview.id)/timeline").json["items"].array ?? []
            #expect(kinds.contains { $0["kind"].string == "cluster.reachable" })
        }
    }

    @Test func `a preview that is ready stays ready while its cluster is away, and says so`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            gateway.advance(by: 1)
            try await observe(.unreachable, by: gateway)
            gateway.advance(by: 7200)
            let shown = try await gateway.call(.get, "/previews/\(preview.id)").json
            #expect(shown["status"].string == "Ready")
            #expect(shown["message"].string?.contains("cannot be reached since") == true)
            try await observe(.slow, by: gateway)
            let back = try await gateway.call(.get, "/previews/\(preview.id)").json
            #expect(back["message"].string?.contains("cannot be reached") == false)
        }
    }

    @Test func `clusters are shown with their health, and their applications stay`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            #expect(try await cluster(gateway)?["status"].string == "Unknown")
            gateway.advance(by: 5)
            try await observe(.reachable, by: gateway)
            #expect(try await cluster(gateway)?["status"].string == "Reachable")
            gateway.advance(by: 5)
            try await observe(.unreachable, by: gateway)
            let away = try await cluster(gateway)
            #expect(away?["status"].string == "Unreachable")
            #expect(away?["since"].string == JSONCoding.format(gateway.present))
            #expect(away?["lastSeen"].string == JSONCoding.format(gateway.present.addingTimeInterval(-5)))
            #expect(away?["problem"].string == "connection refused")
            #expect(away?["applications"].int == 2)
            #expect(away?["version"].string == "v1.36.2")
            gateway.advance(by: 91)
            #expect(try await cluster(gateway)?["status"].string == "Unknown")
            let again = try await CatalogueStore(
                database: gateway.gateway.store.database, logger: gateway.gateway.logger)
            #expect(again.current == gateway.gateway.catalogue.current)
        }
    }

    @Test(arguments: [-600.0, 600]) func `a provisioner's clock may be wrong by minutes`(skew: Double) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let observed = gateway.present.addingTimeInterval(skew)
            try await gateway.deliver(
                ClusterObserved(cluster: "local", status: .reachable, since: observed, observedAt: observed))
            gateway.advance(by: 89)
            #expect(try await cluster(gateway)?["status"].string == "Reachable")
            let again = try await CatalogueStore(
                database: gateway.gateway.store.database, logger: gateway.gateway.logger)
            #expect(again.current.clusters["local"]?.status(now: gateway.present) == .reachable)
            gateway.advance(by: 1)
            #expect(try await cluster(gateway)?["status"].string == "Unknown")
            #expect(again.current.clusters["local"]?.status(now: gateway.present) == .unknown)
        }
    }

    @Test func `a cluster's own domain and port are those of its previews' addresses`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            gateway.advance(by: 5)
            try await observe(
                .reachable, by: gateway, addresses: .init(baseDomain: "eu.example.com", scheme: "https", port: 8443))
            let preview = try await gateway.createPreview()
            let shown = try await gateway.call(.get, "/previews/\(preview.id)").json
            let url = "https://orders-\(preview.id).eu.example.com:8443"
            #expect(shown["services"][0]["externalURL"].string == url)
            let plan = try await gateway.call(.post, "/preview-plans", body: Shop.creation).json
            #expect(plan["services"][0]["externalHost"].string == "orders-<id>.eu.example.com")
        }
    }
}
