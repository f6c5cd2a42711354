import Foundation
import PreviewDomain
import Testing

@testable import APIGateway

/// A preview's page as browsers get it, in the states that a preview can be in.
@Suite struct PreviewPageTests {
    @Test func `a ready preview shows its services, databases and facts, and can be approved`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            let page = try await ConsoleClient(gateway, role: .approver).get("/previews/\(preview.id)")
            #expect(page.status == 200)
            #expect(page.text.contains("checkout with new payments"))
            #expect(page.text.contains("2 services"))
            #expect(page.text.contains("2 of 2 healthy"))
            #expect(page.text.contains("2 version changes"))
            #expect(page.text.contains("0 of 2 approved"))
            #expect(page.html.contains("1.<mark>4</mark>.0"))
            #expect(page.html.contains("1.<mark>5</mark>.0"))
            #expect(page.text.contains("shop/orders:1.5.0"))
            #expect(page.html.contains("href=\"http://orders-\(preview.id).preview.localhost:8081\""))
            #expect(page.text(of: "endpoint-orders-db") == "orders-db-rw:5432")
            #expect(page.text(of: "inside-orders") == "orders.preview-\(preview.id).svc.cluster.local")
            #expect(page.html.contains("action=\"/previews/\(preview.id)/approve\""))
            #expect(page.text.contains("FEATURE_X on"))
        }
    }

    @Test func `a part's time is counted to its first readiness, however often it is reported again`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            gateway.advance(by: 2.5)
            try await gateway.deliver(
                NamespaceReady(preview: preview, observedAt: gateway.present, podSecurity: "restricted"))
            gateway.advance(by: 75)
            try await gateway.reportReady(preview)
            gateway.advance(by: 600)
            try await gateway.reportReady(preview)
            let page = try await ConsoleClient(gateway, role: .viewer).get("/previews/\(preview.id)")
            #expect(page.text(of: "part-namespace")?.hasSuffix("2.5 s") == true)
            #expect(page.text(of: "part-database-orders-db")?.hasSuffix("1 min 15 s") == true)
        }
    }

    @Test func `a viewer sees every button, and why none of them can be used`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            let page = try await ConsoleClient(gateway, role: .viewer).get("/previews/\(preview.id)")
            for reason in [
                "Approving and rejecting need the role approver; yours is viewer.",
                "Changing, tearing down and creating previews need the role developer; yours is viewer.",
                "Extending needs the role developer; yours is viewer.",
            ] {
                #expect(page.text.contains(reason))
            }
            #expect(!page.html.contains("action=\"/previews/\(preview.id)/"))
            #expect(!page.html.contains("href=\"/previews/\(preview.id)/tear-down\""))
        }
    }

    @Test func `while it deploys, approving waits, and each part says what it waits for`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            let client = try await ConsoleClient(gateway, role: .approver)
            let pending = try await client.get("/previews/\(preview.id)")
            #expect(pending.text.contains("Pending"))
            #expect(pending.text(of: "part-service-orders")?.contains("Begins when the namespace is ready.") == true)
            try await gateway.deliver(
                NamespaceReady(preview: preview, observedAt: gateway.present, podSecurity: "restricted"))
            try await gateway.deliver(
                DatabaseCloning(
                    preview: preview, database: "orders-db", observedAt: gateway.present, method: "pg_basebackup",
                    message: "copying", progress: 0.427))
            let page = try await client.get("/previews/\(preview.id)")
            #expect(page.text.contains("The preview can't be approved while it is Deploying; wait until it is Ready."))
            #expect(page.text(of: "part-database-orders-db")?.contains("42 %") == true)
            #expect(page.text(of: "part-service-orders")?.contains("Begins when orders-db is ready.") == true)
            #expect(page.text(of: "part-service-storefront")?.contains("Requested") == true)
        }
    }

    @Test func `a failure is shown at the top with its cause, object, next step and log lines`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            gateway.advance(by: 1)
            let object = ObjectReference(
                cluster: "local", apiVersion: "v1", kind: "Pod", namespace: preview.namespace, name: "orders-1")
            try await gateway.deliver(
                ServiceFailed(
                    preview: preview, service: "orders", observedAt: gateway.present,
                    failure: Failure(
                        reason: "CrashLoop", message: "orders ends with exit code 3.", object: object,
                        nextStep: "Read its log.", logLines: ["boot", "no such table <orders>"])))
            let client = try await ConsoleClient(gateway, role: .developer)
            let page = try await client.get("/previews/\(preview.id)")
            #expect(page.text(of: "failure-service-orders-title") == "Service orders failed")
            let panel = try #require(page.text(of: "failure-service-orders"))
            for words in [
                "orders ends with exit code 3.", "Read its log.", "CrashLoop", "Pod \(preview.namespace)/orders-1",
                "The last 2 log lines", "no such table <orders>", "Retry",
            ] {
                #expect(panel.contains(words))
            }
            let retried = try await client.post("/previews/\(preview.id)/retry")
            #expect(retried.text(of: "notice") == "What failed is tried again.")
            #expect(retried.text(of: "failure-service-orders") == nil)
            #expect(try await gateway.status(of: preview) == "Deploying")
        }
    }

    @Test func `another organization's preview is not found`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            let stranger = try await ConsoleClient(gateway, role: .admin, organization: "acme")
            for path in ["", "/tear-down", "/reject", "/services/orders/logs", "/services/orders/logs.txt"] {
                #expect(try await stranger.get("/previews/\(preview.id)\(path)").status == 404)
            }
            #expect(try await stranger.post("/previews/\(preview.id)/tear-down").status == 404)
            #expect(try await stranger.post("/previews/\(preview.id)/extend", ["ttlHours": "30"]).status == 404)
        }
    }
}
