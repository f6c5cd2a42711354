import Foundation
import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

/// What people decide on a preview's page, and what they may not.
@Suite struct PreviewDecisionTests {
    @Test func `both services are approved, one by one, and the page says by whom`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            let client = try await ConsoleClient(gateway, role: .approver)
            let one = try await client.post("/previews/\(preview.id)/services/orders/approve")
            #expect(one.text(of: "notice") == "Approved orders.")
            #expect(one.text.contains("1 of 2 approved"))
            #expect(one.text.contains("Approved by approver"))
            let all = try await client.post("/previews/\(preview.id)/approve")
            #expect(all.text.contains("2 of 2 approved"))
            #expect(try await gateway.status(of: preview) == "Approved")
            // Approving is idempotent.
            #expect(try await client.post("/previews/\(preview.id)/approve").status == 200)
            #expect(try await gateway.audit().filter { $0.action == "preview.approve" }.count == 2)
            #expect(try await gateway.audit().last { $0.action == "preview.approve" }?.channel == .console)
        }
    }

    @Test func `a rejection carries its reason to the page, and one that is too long is asked for again`() async throws
    {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            let client = try await ConsoleClient(gateway, role: .approver)
            #expect(try await client.get("/previews/\(preview.id)/reject").status == 200)
            let long = String(repeating: "x", count: 1001)
            let refused = try await client.post("/previews/\(preview.id)/reject", ["reason": long])
            #expect(refused.status == 422)
            #expect(refused.text(of: "reason-problem") == "The reason may have at most 1000 characters.")
            #expect(refused.html.contains(long))
            #expect(try await gateway.status(of: preview) == "Pending")
            let page = try await client.post("/previews/\(preview.id)/reject", ["reason": "  <b>wrong</b> prices "])
            #expect(page.text(of: "ending")?.contains("It was rejected.") == true)
            #expect(page.text(of: "ending")?.contains("Reason: <b>wrong</b> prices") == true)
            #expect(!page.html.contains("<b>wrong"))
        }
    }

    @Test func `tearing down says exactly what goes, and then how far it is gone`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            var clone = Shop.clone
            clone.size = "2Gi"
            try await gateway.reportReady(preview)
            gateway.advance(by: 1)
            try await gateway.deliver(
                DatabaseReady(preview: preview, database: "orders-db", observedAt: gateway.present, detail: clone))
            let client = try await ConsoleClient(gateway, role: .developer)
            let page = try await client.get("/previews/\(preview.id)/tear-down")
            let asked = try #require(page.text(of: "removal"))
            for words in [
                "Namespace preview-\(preview.id) on cluster local", "Helm release orders (version 1.5.0)",
                "Helm release storefront (version 2.1.0)",
                "Database clone orders-db of shop/orders-db, 2Gi of data volume",
                "Address http://orders-\(preview.id).preview.localhost:8081",
            ] {
                #expect(asked.contains(words))
            }
            let running = try await client.post("/previews/\(preview.id)/tear-down")
            #expect(running.text(of: "notice") == "Torn down; the cleanup has begun.")
            #expect(running.text(of: "ending")?.contains("Being removed") == true)
            // What is over is not offered any more, but for a new beginning.
            let offered = running.text(of: "actions")?.trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(offered == "Start again from this preview")
            try await gateway.reportCleaned(preview)
            let done = try await client.get("/previews/\(preview.id)")
            #expect(done.text(of: "ending")?.contains("Everything verified gone") == true)
            #expect(done.text(of: "receipt")?.contains("4 objects verified gone") == true)
            #expect(done.html.contains("href=\"/api/v1/previews/\(preview.id)/receipt\""))
            // What has ended is not asked about again.
            let again = try await client.get("/previews/\(preview.id)/tear-down")
            #expect(again.text(of: "notice") == "The preview has ended (TornDown); create a new one.")
        }
    }

    @Test func `what could not be removed is named with the reason and the next step`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            let client = try await ConsoleClient(gateway, role: .developer)
            _ = try await client.post("/previews/\(preview.id)/tear-down")
            let object = ObjectReference(
                cluster: "local", apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: preview.namespace,
                name: "data")
            let failure = Failure(
                reason: "FinalizerStays", message: "A finalizer holds it.", nextStep: "Look at its finalizers.")
            try await gateway.deliver(
                CleanupFailed(
                    preview: preview, participant: .provisioner, observedAt: gateway.present, failure: failure,
                    stuck: [StuckObject(object: object, failure: failure)]))
            let page = try #require(try await client.get("/previews/\(preview.id)").text(of: "ending"))
            for words in [
                "Not everything could be removed", "PersistentVolumeClaim \(preview.namespace)/data",
                "A finalizer holds it.", "Look at its finalizers.", "FinalizerStays",
            ] {
                #expect(page.contains(words))
            }
        }
    }

    @Test func `a preview is extended within the limits, and repeating it extends nothing more`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            let client = try await ConsoleClient(gateway, role: .developer)
            let path = "/previews/\(preview.id)/extend"
            let page = try await client.get("/previews/\(preview.id)")
            #expect(page.html.contains("<option value=\"28\">4 h more, 28 h in all</option>"))
            #expect(try await client.post(path, ["ttlHours": "28"]).text(of: "notice")?.contains("28 hours") == true)
            _ = try await client.post(path, ["ttlHours": "28"])
            #expect(try await gateway.call(.get, "/previews/\(preview.id)").json["ttlHours"].int == 28)
            for wrong in ["", "x", "0", "169", "28.5"] {
                #expect(try await client.post(path, ["ttlHours": wrong]).html.contains("banner bad"))
            }
            _ = try await client.post(path, ["ttlHours": "168"])
            let most = try await client.get("/previews/\(preview.id)")
            #expect(most.text(of: "extend-reason") == "It lives as long as a preview may, 168 hours.")
        }
    }

    @Test(arguments: [
        "approve", "services/orders/approve", "reject", "retry", "tear-down", "extend", "promote-anyway", "change",
    ])
    func `nothing is done for a form without the session's token, or for a viewer`(action: String) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            let before = try await gateway.call(.get, "/previews/\(preview.id)").text
            let path = "/previews/\(preview.id)/\(action)"
            let fields = ["ttlHours": "30", "confirmed": "yes"]
            let admin = try await ConsoleClient(gateway, role: .admin)
            #expect(try await admin.post(path, fields.merging(["csrf": "forged"]) { $1 }).status == 403)
            #expect(try await ConsoleClient(gateway, role: .viewer).post(path, fields).status == 403)
            #expect(try await gateway.call(.get, "/previews/\(preview.id)").text == before)
        }
    }

    @Test func `a promotion that failed because production moved on is tried again by confirmation only`() async throws
    {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            let client = try await ConsoleClient(gateway, role: .approver)
            _ = try await client.post("/previews/\(preview.id)/approve")
            let failure = Failure(
                reason: "ProductionMovedOn", message: "Production runs shop/orders 1.4.9.", nextStep: "Check it.")
            try await gateway.deliver(
                PromotionFailed(
                    preview: preview, service: "orders", attempt: 1, observedAt: gateway.present, failure: failure,
                    detail: .init(diff: "--- a\n+++ b\n@@ -1 +1 @@\n-image: orders:1.4.9\n+image: orders:1.5.0\n")))
            let page = try await client.get("/previews/\(preview.id)")
            #expect(page.text(of: "failure-promotion-orders")?.contains("Production runs shop/orders 1.4.9.") == true)
            #expect(page.html.contains("<span class=\"added\">+image: orders:1.5.0"))
            #expect(page.html.contains("<span class=\"removed\">-image: orders:1.4.9"))
            #expect(page.html.contains("href=\"/previews/\(preview.id)/promote-anyway\""))
            let path = "/previews/\(preview.id)/promote-anyway"
            #expect(try await client.get(path).text.contains("Production runs 1.4.0 now"))
            let outdated = try PageForm("promote", of: try await client.get(path), client: client)
            try await gateway.runs("1.4.9")
            let unconfirmed = try await client.post(path)
            #expect(unconfirmed.status == 422)
            #expect(unconfirmed.text(of: "confirmed-problem") == "Confirm that production may be changed.")
            _ = try await gateway.published()
            let again = try await client.post(path, pairs: outdated.sent + [("confirmed", "yes")])
            #expect(again.path == path)
            #expect(
                again.text(of: "notice")
                    == "Production was changed meanwhile: of orders it runs 1.4.9 now. Look at it, and decide again.")
            #expect(again.text.contains("Production runs 1.4.9 now"))
            #expect(try await gateway.published().isEmpty)
            let sent = try await client.post(
                path, pairs: PageForm("promote", of: again, client: client).sent + [("confirmed", "yes")])
            #expect(sent.status == 200 && sent.path == "/previews/\(preview.id)")
            let asked = try await gateway.published().compactMap { $0 as? PromotionRequested }
            #expect(asked.map(\.service) == ["orders"])
            #expect(asked.first?.attempt == PromotionAttempt(number: 2, force: true, production: "1.4.9"))
            let after = try await client.get(path)
            #expect(after.text(of: "notice") == "There is nothing to confirm any more.")
        }
    }
}
