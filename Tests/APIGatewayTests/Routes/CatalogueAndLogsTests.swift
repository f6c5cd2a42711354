import Foundation
import HTTPTypes
import KubernetesClient
import MessageBus
import PreviewDomain
import Synchronization
import Testing

@testable import APIGateway

@Suite struct CatalogueAndLogsTests {
    @Test func `clusters, applications and variables are listed, secrets as null`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let clusters = try await gateway.call(.get, "/clusters").json["items"].array ?? []
            #expect(clusters.map { $0["name"].string } == ["local", "remote"])
            #expect(clusters[0]["version"].string == "v1.36.2")
            let applications = try await gateway.call(.get, "/applications?cluster=local&q=ORD").json["items"].array
            #expect(applications?.count == 1)
            #expect(applications?[0]["currentVersion"].string == "1.4.0")
            #expect(applications?[0]["databases"][0]["cluster"].string == "orders-db")
            let page = try await gateway.call(.get, "/applications?limit=2").json
            #expect(page["items"].array?.count == 2)
            let next = try #require(page["nextCursor"].string)
            #expect(
                try await gateway.call(.get, "/applications?limit=2&cursor=\(next)").json["items"].array?.count == 1)
            let beyond = try await gateway.call(.get, "/applications?cursor=\(Int.max)")
            #expect(beyond.json["items"].array == [])
            #expect(beyond.json["nextCursor"].string == nil)
            let variables = try await gateway.call(.get, "/applications/local/shop/orders/variables").json
            #expect(variables["items"][0]["name"].string == "DATABASE_URL")
            #expect(variables["items"][0]["value"] == .null)
            #expect(variables["items"][0]["kind"].string == "autoOverride")
            #expect(try await gateway.call(.get, "/applications/local/shop/missing/variables").status == 404)
        }
    }

    @Test func `an older report of a cluster changes nothing, and what is known survives a restart`() async throws {
        let gateway = try await GatewayFixture.withShop()
        let old = CatalogueChanged(
            cluster: "local", version: "old", applications: [], observedAt: gateway.present.addingTimeInterval(-1))
        try await gateway.deliver(old)
        #expect(gateway.gateway.catalogue.current.clusters["local"]?.version == "v1.36.2")
        let again = try await CatalogueStore(
            database: gateway.gateway.store.database, logger: gateway.gateway.logger)
        #expect(again.current == gateway.gateway.catalogue.current)
    }

    @Test func `logs come from the provisioner, and a missing answer is said to be one`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            let path = "/previews/\(preview.id)/services/orders/logs"
            let silent = try await gateway.call(.get, path)
            #expect(silent.status == 504)
            #expect(silent.code == "no-answer")
            gateway.logs.withLock { $0 = [.init(pod: "orders-1", container: "orders", lines: ["hello"])] }
            let answer = try await gateway.call(.get, "\(path)?lines=10")
            #expect(answer.json["logs"][0]["lines"].array == ["hello"])
            #expect(try await gateway.call(.get, "\(path)?lines=0").status == 400)
            let other = "/previews/\(preview.id)/services/payments/logs"
            #expect(try await gateway.call(.get, other).status == 404)
        }
    }

    @Test func `the timeline tells a preview's story in order, in pages`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            try await gateway.reportReady(preview)
            let path = "/previews/\(preview.id)/timeline"
            let items = try await gateway.call(.get, path).json["items"].array ?? []
            #expect(
                items.map { $0["kind"].string } == [
                    "preview.created", "namespace.ready", "preview.deploying", "database.ready", "service.healthy",
                    "address.ready", "service.healthy", "address.ready", "preview.ready",
                ])
            #expect(items[0]["actor"].string == "admin")
            let page = try await gateway.call(.get, "\(path)?limit=4").json
            let cursor = try #require(page["nextCursor"].string)
            let rest = try await gateway.call(.get, "\(path)?cursor=\(cursor)").json["items"].array ?? []
            #expect((page["items"].array ?? []) + rest == items)
            #expect(try await gateway.call(.get, "\(path)?limit=x").status == 400)
        }
    }
}
