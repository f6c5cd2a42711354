import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct PlanRoutesTests {
    @Test func `a plan shows what a preview would be, and stores nothing`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let answer = try await gateway.call(.post, "/preview-plans", body: Shop.creation)
            #expect(answer.status == 200)
            let json = try #require(answer.json)
            #expect(json["problems"].array == [])
            #expect(json["databases"][0]["services"].array == ["orders"])
            #expect(json["quota"] == ["active": 0, "left": 5, "limit": 5])
            #expect(json["cost"]["total"].string == "0.348")
            let orders = json["services"][0]
            #expect(orders["externalHost"].string == "orders-<id>.preview.localhost")
            let variables = try #require(orders["variables"].array)
            func variable(_ name: String) -> JSONValue? { variables.first { $0["name"].string == name } }
            #expect(variable("DATABASE_URL")["kind"].string == "autoOverride")
            #expect(variable("DATABASE_URL")["newValue"] == .null)
            #expect(variable("PGHOST")["oldValue"].string == "orders-db-rw.shop.svc.cluster.local")
            #expect(variable("PGHOST")["newValue"].string?.contains("preview-<id>") == true)
            #expect(variable("LOG_LEVEL")["kind"].string == "copied")
            #expect(variable("FEATURE_X")["kind"].string == "userOverride")
            #expect(variable("FEATURE_X")["newValue"].string == "on")
            let url = json["services"][1]["variables"][0]
            #expect(url["name"].string == "ORDERS_URL")
            #expect(url["kind"].string == "autoOverride")
            #expect(url["newValue"].string == "http://orders.preview-<id>:8080")
            #expect(try await gateway.storedPreviews() == 0)
            #expect(try await gateway.publishedKeys() == [])
        }
    }

    @Test func `a plan names what stands against it, and shows the rest`() async throws {
        let gateway = try await GatewayFixture.withShop { $0.quota.activePreviews = 1 }
        try await gateway.serving {
            _ = try await gateway.createPreview()
            let body = Shop.creation.replacing("\"1.5.0\"", with: "\"1 5\"").replacing("2.1.0", with: "2.0.0")
            let json = try #require(try await gateway.call(.post, "/preview-plans", body: body).json)
            let fields = (json["problems"].array ?? []).compactMap { $0["field"].string }
            #expect(fields == ["services[0].targetVersion", ""])
            #expect(json["warnings"][0]["field"].string == "services[1].targetVersion")
            #expect(json["services"].array?.count == 2)
            #expect(json["quota"]["left"].int == 0)
        }
    }

    @Test func `a variable that leads to an application outside the preview is a warning`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let body = #"""
                {"name": "alone", "cluster": "local",
                 "services": [{"application": "shop/storefront", "targetVersion": "2.1.0", "externalDNS": true}]}
                """#
            let json = try #require(try await gateway.call(.post, "/preview-plans", body: body).json)
            #expect(json["warnings"].array?.count == 1)
            #expect(json["warnings"][0]["field"].string == "services[0].variables.ORDERS_URL")
            #expect(json["warnings"][0]["code"].string == "leads-outside")
        }
    }
}
