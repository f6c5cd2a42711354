import Foundation
import HTTPTypes
import KubernetesClient
import Persistence
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct VersionRoutesTests {
    @Test func `versions come from applications, nodes and previews, newest first`() async throws {
        let gateway = try await GatewayFixture.withShop()
        var elsewhere = Shop.orders
        (elsewhere.cluster, elsewhere.currentVersion, elsewhere.image) = ("remote", "1.3.0", "shop/orders:1.3.0")
        gateway.advance(by: 60)
        try await gateway.deliver(
            CatalogueChanged(
                cluster: "remote", version: nil, applications: [elsewhere], observedAt: gateway.present,
                images: ["shop/orders:1.3.0", "shop/orders:1.10.0", "shop/orders:1.9.0", "shop/other:1"]))
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            gateway.advance(by: 60)
            try await gateway.reportReady(preview)
            let path = "/applications/local/shop/orders/versions"
            let items = try #require(try await gateway.call(.get, path).json["items"].array)
            #expect(items.compactMap { $0["version"].string } == ["1.5.0", "1.10.0", "1.9.0", "1.3.0", "1.4.0"])
            #expect(items.first?["seen"][0]["sighting"].string == "preview")
            #expect(items.first?["seen"][0]["name"].string == preview.id.rawValue)
            let others = try await gateway.call(
                .get, path, token: try await gateway.token(.viewer, organization: "acme"))
            #expect(!others.text.contains(preview.id.rawValue), "previews of other organizations are not told of")
            #expect(others.json["items"].array?.count == 4)
            #expect(try await gateway.call(.get, "/applications/local/shop/none/versions").status == 404)

            let person = try await ConsoleClient(gateway, role: .developer)
            let page = try await person.wizard(to: "configuration")
            #expect(page.html.contains(#"<option value="1.10.0">"#))
            #expect(page.text.contains("5 known versions"))
        }
    }

    @Test func `of many versions in many places those are told that were seen last`() async throws {
        let gateway = try await GatewayFixture.withShop()
        let versions = try await gateway.gateway.store.database.write { [now = gateway.present] database in
            for number in 0..<250 {
                try VersionTable.note(
                    ImageReference("shop/orders:2.0.\(number)"), .node, cluster: "local", place: "",
                    at: now.addingTimeInterval(Double(number)), in: database)
            }
            for number in 0..<30 {
                try VersionTable.note(
                    ImageReference("shop/orders:2.0.249"), .preview, cluster: "local", place: "default/p\(number)",
                    at: now.addingTimeInterval(300 + Double(number)), in: database)
            }
            return try VersionTable.versions(
                of: ["shop/orders", "shop/storefront", "shop/none"], for: .default, in: database)
        }
        let orders = try #require(versions["shop/orders"])
        #expect(orders.count == 200)
        #expect(orders.map(\.version).prefix(2) == ["2.0.249", "2.0.248"])
        #expect(orders[0].firstSeen == gateway.present.addingTimeInterval(249))
        #expect(orders[0].lastSeen == gateway.present.addingTimeInterval(329))
        #expect(orders[0].places.map(\.name) == (10..<30).reversed().map { "p\($0)" })
        #expect(versions["shop/storefront"]?.map(\.version) == ["2.0.0"])
        #expect(versions["shop/none"] == nil)
    }

    @Test func `a version that was not seen for long is forgotten, and one that is seen stays`() async throws {
        let gateway = try await GatewayFixture.withShop()
        gateway.advance(by: VersionTable.lifetime)
        try await gateway.deliver(
            CatalogueChanged(
                cluster: "local", version: nil, applications: [Shop.orders], observedAt: gateway.present))
        try await gateway.gateway.store.database.write { [now = gateway.present] database in
            try VersionTable.forget(before: now.addingTimeInterval(-60), in: database)
        }
        #expect(try await gateway.count("image_versions") == 1)
    }
}
