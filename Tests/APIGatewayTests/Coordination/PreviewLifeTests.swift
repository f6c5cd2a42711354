import Foundation
import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct PreviewLifeTests {
    @Test func `a preview is created, deployed, approved once, promoted and cleaned up, step by step`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let answer = try await gateway.call(.post, "/previews", body: Shop.creation)
            #expect(answer.status == 201)
            #expect(answer.json["status"].string == "Pending")
            let id = try #require(answer.json["id"].string.flatMap(PreviewID.init(rawValue:)))
            #expect(answer.headers[.location] == "/api/v1/previews/\(id)")
            let preview = PreviewReference(id: id, organization: .default, cluster: "local")
            #expect(try await gateway.publishedKeys() == ["preview.created", "namespace.requested"])

            try await gateway.deliver(
                NamespaceReady(preview: preview, observedAt: gateway.present, podSecurity: "restricted"))
            #expect(try await gateway.status(of: preview) == "Deploying")
            #expect(
                try await gateway.publishedKeys().sorted() == [
                    "address.requested", "address.requested", "database.requested", "preview.deploying",
                    "service.requested",
                ])

            try await gateway.deliver(
                DatabaseReady(
                    preview: preview, database: "orders-db", observedAt: gateway.present, detail: Shop.clone))
            let requests = try await gateway.published()
            let request = try #require(requests.first as? ServiceRequested)
            #expect(requests.count == 1)
            #expect(request.service.name == "orders")
            #expect(request.service.variables == ["FEATURE_X": .literal("on")])
            #expect(request.databases.map(\.clone) == [Shop.clone])
            #expect(Set(request.siblings.keys) == ["orders", "storefront"])

            try await gateway.reportReady(preview)
            #expect(try await gateway.status(of: preview) == "Ready")
            #expect(try await gateway.publishedKeys() == ["preview.ready"])

            #expect(try await gateway.call(.post, "/previews/\(id)/approve").status == 200)
            #expect(
                try await gateway.publishedKeys() == [
                    "service.approved", "service.approved", "preview.approved", "promotion.requested",
                    "promotion.requested",
                ])
            #expect(try await gateway.call(.post, "/previews/\(id)/approve").status == 200)
            #expect(try await gateway.publishedKeys() == [])

            for service in ["orders", "storefront"] {
                try await gateway.deliver(
                    PromotionCompleted(
                        preview: preview, service: service, attempt: 1, observedAt: gateway.present,
                        detail: .init(revision: "2")))
            }
            #expect(try await gateway.status(of: preview) == "Completed")
            #expect(try await gateway.publishedKeys() == ["preview.completed", "cleanup.requested"])

            try await gateway.reportCleaned(preview)
            #expect(try await gateway.publishedKeys() == ["preview.cleaned"])
            let receipt = try await gateway.call(.get, "/previews/\(id)/receipt")
            #expect(receipt.json["state"].string == "done")
            #expect(receipt.json["objects"].array?.count == 4)
        }
    }

    @Test func `approving service by service leads to one promotion of each`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            _ = try await gateway.published()
            for _ in 0..<2 {
                let path = "/previews/\(preview.id)/services/orders/approve"
                #expect(try await gateway.call(.post, path).json["status"].string == "Ready")
            }
            #expect(try await gateway.publishedKeys() == ["service.approved"])
            for _ in 0..<2 {
                let path = "/previews/\(preview.id)/services/storefront/approve"
                #expect(try await gateway.call(.post, path).json["status"].string == "Approved")
            }
            let keys = try await gateway.publishedKeys()
            #expect(keys.count { $0 == "promotion.requested" } == 2)
            #expect(keys.count { $0 == "service.approved" } == 1)
        }
    }

    @Test(arguments: [("reject", "Rejected", "preview.rejected"), ("tear-down", "TornDown", "preview.torn-down")])
    func `a preview that is ended is cleaned up`(way: String, status: String, event: String) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            _ = try await gateway.published()
            for _ in 0..<2 {
                let answer =
                    way == "reject"
                    ? try await gateway.call(.post, "/previews/\(preview.id)/reject", body: #"{"reason": "too slow"}"#)
                    : try await gateway.call(.delete, "/previews/\(preview.id)")
                #expect(answer.status == (way == "reject" ? 200 : 202))
                #expect(answer.json["status"].string == status)
                #expect(answer.json["cleanup"]["state"].string == "running")
            }
            #expect(try await gateway.publishedKeys() == [event, "cleanup.requested"])

            // Its services stop, each as it comes to be removed.
            gateway.advance(by: 1)
            let failure = Failure(
                reason: "NoDatabase", message: "Service orders: its database is gone.", nextStep: "Look.")
            try await gateway.deliver(
                ServiceUnhealthy(preview: preview, service: "orders", observedAt: gateway.present, failure: failure))
            let items = try await gateway.call(.get, "/previews/\(preview.id)/timeline").json["items"].array ?? []
            #expect(items.contains { $0["kind"].string == event })
            #expect(!items.contains { $0["kind"].string == "service.unhealthy" })
        }
    }

    @Test func `expiry ends a preview that has expired and no other`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            let due = ExpiryDue(preview: preview, expiresAt: gateway.present.addingTimeInterval(86_400))
            gateway.advance(by: 86_399)
            try await gateway.deliver(due)
            #expect(try await gateway.status(of: preview) != "Expired")
            gateway.advance(by: 1)
            try await gateway.deliver(due)
            #expect(try await gateway.status(of: preview) == "Expired")
            try await gateway.deliver(due)
            #expect(try await gateway.publishedKeys().count { $0 == "preview.expired" } == 1)
        }
    }

    @Test func `an unanswered request is repeated, and at last the preview has failed and can be retried`() async throws
    {
        let gateway = try await GatewayFixture.withShop { $0.policy.readyDeadline = 60 }
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            _ = try await gateway.published()
            let timer = DeadlineTimer(store: gateway.gateway.store, sessions: gateway.gateway.sessions)
            gateway.advance(by: 10)
            try await timer.advance(due: gateway.present)
            #expect(try await gateway.publishedKeys() == [])
            gateway.advance(by: 5)
            try await timer.advance(due: gateway.present)
            #expect(try await gateway.publishedKeys() == ["namespace.requested"])
            gateway.advance(by: 50)
            try await timer.advance(due: gateway.present)
            let failed = try await gateway.call(.get, "/previews/\(preview.id)")
            #expect(failed.json["status"].string == "Failed")
            #expect(failed.json["message"].string?.contains("provisioner") == true)
            #expect(try await gateway.publishedKeys() == ["preview.failed"])
            let retried = try await gateway.call(.post, "/previews/\(preview.id)/retry")
            #expect(retried.json["status"].string == "Pending")
            #expect(try await gateway.publishedKeys() == ["namespace.requested"])
            try await timer.advance(due: gateway.present)
            try await gateway.reportReady(preview)
            #expect(try await gateway.status(of: preview) == "Ready")
        }
    }
}
