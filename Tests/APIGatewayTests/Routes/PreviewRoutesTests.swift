import Foundation
import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct PreviewRoutesTests {
    @Test func `a preview is shown with all that the contract names`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            let json = try #require(try await gateway.call(.get, "/previews/\(preview.id)").json)
            #expect(json["name"].string == "checkout with new payments")
            #expect(json["organization"].string == "default")
            #expect(json["namespace"].string == "preview-\(preview.id)")
            #expect(json["origin"].string == "api")
            #expect(json["generation"].int == 1)
            #expect(json["ttlHours"].int == 24)
            #expect(json["createdAt"].string == "2026-05-28T20:26:40.000Z")
            #expect(json["expiresAt"].string == "2026-05-29T20:26:40.000Z")
            let orders = json["services"][0]
            #expect(orders["name"].string == "orders")
            #expect(orders["application"].string == "shop/orders")
            #expect(orders["sourceVersion"].string == "1.4.0")
            #expect(orders["targetVersion"].string == "1.5.0")
            #expect(orders["health"].string == "Healthy")
            #expect(orders["resources"]["cpuLimit"].string == "500m")
            #expect(orders["autoscaling"]["enabled"].bool == false)
            #expect(orders["externalURL"].string == "http://orders-\(preview.id).preview.localhost:8081")
            #expect(orders["internalHost"].string == "orders.preview-\(preview.id).svc.cluster.local")
            #expect(orders["approved"].bool == false)
            #expect(orders["promotion"]["state"].string == "none")
            let database = json["databases"][0]
            #expect(database["name"].string == "orders-db")
            #expect(database["source"]["namespace"].string == "shop")
            #expect(database["status"].string == "Ready")
            #expect(database["method"].string == "pg_basebackup")
            #expect(database["host"].string == "orders-db-rw")
            #expect(database["port"].int == 5432)
            // 0.2 cores and 256 MiB of services, 0.1 cores and 256 MiB of the clone.
            #expect(json["cost"]["hourly"].string == "0.0145")
            #expect(json["cost"]["total"].string == "0.348")
            #expect(json["cost"]["currency"].string == "USD")
            #expect(json["cleanup"]["state"].string == "none")
        }
    }

    @Test func `an idempotency key leads to one preview however often it is sent`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let key = ["Idempotency-Key": "order-1"]
            let first = try await gateway.call(.post, "/previews", body: Shop.creation, headers: key)
            let second = try await gateway.call(.post, "/previews", body: Shop.creation, headers: key)
            #expect(first.status == 201)
            #expect(second.status == 201)
            #expect(first.json["id"] == second.json["id"])
            #expect(try await gateway.storedPreviews() == 1)
            let other = Shop.creation.replacing("1.5.0", with: "1.5.1")
            let third = try await gateway.call(.post, "/previews", body: other, headers: key)
            #expect(third.status == 422)
            #expect(third.code == "idempotency-key-reused")
            #expect(try await gateway.storedPreviews() == 1)
        }
    }

    @Test func `the same idempotency key sent twice at once leads to one preview`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let ids = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let key = ["Idempotency-Key": "order-1"]
                        let answer = try await gateway.call(.post, "/previews", body: Shop.creation, headers: key)
                        return answer.json["id"].string
                    }
                }
                return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            #expect(try await gateway.storedPreviews() == 1)
        }
    }

    @Test func `lists are newest first, in pages, by status and by text`() async throws {
        let gateway = try await GatewayFixture.withShop { $0.quota.activePreviews = 100 }
        try await gateway.serving {
            var ids: [String] = []
            for index in 0..<7 {
                let body = Shop.creation.replacing("checkout", with: index == 3 ? "100%_sure" : "number \(index)")
                ids.insert(try await gateway.createPreview(body: body).id.rawValue, at: 0)
                if index != 4 { gateway.advance(by: 1) }  // Two are of the same instant.
            }
            (ids[1], ids[2]) = (min(ids[1], ids[2]), max(ids[1], ids[2]))
            var found: [String] = []
            var cursor: String?
            repeat {
                let query = cursor.map { "&cursor=\($0)" } ?? ""
                let page = try await gateway.call(.get, "/previews?limit=3\(query)").json
                found += (page["items"].array ?? []).compactMap { $0["id"].string }
                cursor = page["nextCursor"].string
            } while cursor != nil
            #expect(found == ids)
            try await gateway.call(.delete, "/previews/\(ids[0])")
            let ended = try await gateway.call(.get, "/previews?status=TornDown").json
            #expect((ended["items"].array ?? []).map { $0["id"].string } == [ids[0]])
            let open = try await gateway.call(.get, "/previews?status=pending,ready").json
            #expect(open["items"].array?.count == 6)
            for text in ["100%25_", "SURE", ids[3]] {
                let matches = try await gateway.call(.get, "/previews?q=\(text)").json["items"].array
                #expect(matches?.map { $0["id"].string } == [ids[3]])
            }
            for query in ["status=Sleeping", "limit=0", "limit=x", "cursor=nonsense"] {
                #expect(try await gateway.call(.get, "/previews?\(query)").status == 400)
            }
        }
    }

    @Test func `an answer is never older than the last change`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            #expect(try await gateway.status(of: preview) == "Pending")
            #expect(try await gateway.status(of: preview) == "Pending")
            try await gateway.deliver(
                NamespaceReady(preview: preview, observedAt: gateway.present, podSecurity: "baseline"))
            #expect(try await gateway.status(of: preview) == "Deploying")
        }
    }

    @Test func `secret variables are sealed for the provisioner, and never shown`() async throws {
        let key = SealingKeyPair()
        let gateway = try await GatewayFixture.withShop(sealingKey: key.publicKey)
        try await gateway.serving {
            let body = """
                {"name": "x", "cluster": "local", "services": [{"application": "shop/orders", "targetVersion": "1.5.0",
                  "variables": {"API_KEY": {"value": "very secret words", "secret": true}, "COLOUR": "red",
                  "SIZE": {"value": "large"}}}]}
                """
            let answer = try await gateway.call(.post, "/previews", body: body)
            #expect(answer.status == 201)
            let variables = answer.json["services"][0]["variables"]
            #expect(variables == .object(["API_KEY": .null, "COLOUR": "red", "SIZE": "large"]))
            #expect(!answer.text.contains("very secret words"))
            let id = try #require(answer.json["id"].string.flatMap(PreviewID.init(rawValue:)))
            let stored = try await gateway.gateway.store.load(id, organization: .default)
            let typed = try #require(stored?.preview.services[0].variables["API_KEY"])
            guard case .sealed(let sealed) = typed else {
                Issue.record("stored open")
                return
            }
            #expect(try key.open(sealed) == "very secret words")
            #expect(try await !gateway.dump().contains("very secret words"))
        }
    }

    @Test func `a secret that nobody could open is refused`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let body = """
                {"name": "x", "cluster": "local", "services": [{"application": "shop/orders", "targetVersion": "1.5.0",
                  "variables": {"API_KEY": {"value": "very secret words", "secret": true}}}]}
                """
            let answer = try await gateway.call(.post, "/previews", body: body)
            #expect(answer.status == 503)
            #expect(answer.code == "no-sealing-key")
            #expect(try await gateway.storedPreviews() == 0)
        }
    }
}
