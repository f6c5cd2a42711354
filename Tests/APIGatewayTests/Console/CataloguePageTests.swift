import Foundation
import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct CataloguePageTests {
    /// The links to applications' own pages, in order.
    private func applications(_ page: ConsoleClient.Page) throws -> [String] {
        try page.attributes("href").filter { $0.hasPrefix("/applications/") }
    }

    @Test(arguments: [
        ("", ["local/shop/orders", "local/shop/storefront", "remote/shop/payments"]),
        ("?q=ORD", ["local/shop/orders"]), ("?q=shop%2Fpay", ["remote/shop/payments"]),
        ("?q=2.0.0", ["local/shop/storefront"]),
        ("?cluster=remote", ["remote/shop/payments"]), ("?cluster=remote&q=orders", []), ("?cluster=nowhere", []),
        ("?cursor=1", ["local/shop/storefront", "remote/shop/payments"]),
        ("?cursor=-1&q=&cluster=", ["local/shop/orders", "local/shop/storefront", "remote/shop/payments"]),
        ("?cursor=99", ["local/shop/orders", "local/shop/storefront", "remote/shop/payments"]),
    ])
    func `applications are found by text and cluster`(query: String, expected: [String]) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let console = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let page = try await console.get("/applications\(query)")
            #expect(try applications(page) == expected.map { "/applications/\($0)" })
            #expect(page.text.contains("No application matches") == expected.isEmpty)
        }
    }

    @Test func `an application says what runs, which previews there are, and begins a new one`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let console = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let preview = try await gateway.createPreview()
            for path in ["/applications?q=orders", "/applications/local/shop/orders"] {
                let page = try await console.get(path)
                for words in [
                    "shop on local", "Version 1.4.0", "Replicas 2", "Installed by Helm", "Image shop/orders:1.4.0",
                    "Databases shop/orders-db", "Previews of it now checkout with new payments Pending",
                ] {
                    #expect(page.text.contains(words), "\(words) is not in: \(page.text)")
                }
                #expect(page.html.contains("href=\"/previews/\(preview.id)\""))
                #expect(page.html.contains("href=\"/previews/new?application=local%2Fshop%2Forders\""))
            }
            try await gateway.call(.delete, "/previews/\(preview.id)")
            #expect(!(try await console.get("/applications").text.contains("Previews of it now")))
            let all = try await console.get("/previews?application=shop%2Forders&cluster=local")
            #expect(all.html.contains("href=\"/previews/\(preview.id)\""))
            let token = try await gateway.token(.developer, organization: "acme")
            let other = try await ConsoleClient(gateway, token: token)
            _ = try await gateway.createPreview()
            #expect(!(try await other.get("/applications").text.contains("Previews of it now")))
        }
    }

    @Test func `of many previews an application names the newest, and counts the others`() async throws {
        let gateway = try await GatewayFixture.withShop { $0.quota.activePreviews = 100 }
        try await gateway.serving {
            let console = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            for index in 0..<8 {
                _ = try await gateway.createPreview(
                    body: Shop.creation.replacing("checkout with new payments", with: "try \(index)"))
                gateway.advance(by: 1)
            }
            let ids = try await console.get("/applications").attributes("id").filter { $0.hasPrefix("use-") }
            #expect(Set(ids).count == 10)
            for path in ["/applications?q=orders", "/applications/local/shop/orders"] {
                let names = (3..<8).reversed().map { "try \($0) Pending" }.joined(separator: " ")
                #expect(try await console.get(path).text.contains("Previews of it now \(names) and 3 more"))
            }
        }
    }

    @Test func `variables are shown with what becomes of them, and secrets never`() async throws {
        let gateway = try await GatewayFixture.withShop()
        var report = Shop.report(at: gateway.present.addingTimeInterval(1))
        var hostile = Shop.orders
        hostile.problem = "</p><script>alert(1)</script>"
        hostile.variables += [
            ApplicationVariable(
                name: "PGPASSWORD", container: "orders", kind: .autoOverride, source: .literal, value: "hunter2",
                reason: "leads to shop/orders-db", database: Shop.database, role: .password),
            ApplicationVariable(
                name: "BANNER", container: "orders", kind: .copied, source: .literal,
                value: "<b>\u{202E}hi</b>" + String(repeating: "x", count: 5000), reason: "literal"),
            ApplicationVariable(
                name: "NOTHING", container: "sidecar", kind: .copied, source: .literal, value: "", reason: "literal"),
        ]
        report.applications = [hostile]
        try await gateway.deliver(report)
        try await gateway.serving {
            let console = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let page = try await console.get("/applications/local/shop/orders")
            for words in [
                "DATABASE_URL in orders Rewritten Secret secret leads to shop/orders-db",
                "LOG_LEVEL in orders Copied ConfigMap info from ConfigMap orders",
                "PGHOST in orders Rewritten Literal orders-db-rw.shop.svc.cluster.local",
                "PGPASSWORD in orders Rewritten Literal secret", "NOTHING in sidecar Copied Literal empty literal",
                "<b>\u{202E}hi</b>xxx", "It can't be previewed as it is.",
            ] {
                #expect(page.text.contains(words), "\(words) is not in: \(page.text)")
            }
            #expect(!page.html.contains("hunter2"))
            #expect(!page.html.contains("<script>alert") && !page.html.contains("<b>\u{202E}"))
            #expect(try await console.get("/applications/local/shop/nothing").status == 404)
            let viewer = try await ConsoleClient(gateway, role: .viewer)
            let seen = try await viewer.get("/applications/local/shop/orders")
            #expect(seen.text.contains("Creating needs the role developer."))
            #expect(!seen.html.contains("/previews/new"))
        }
    }

    @Test func `clusters say how they are, and what to do`() async throws {
        let gateway = try await GatewayFixture.withShop(sealingKey: SealingKeyPair().publicKey)
        try await gateway.serving {
            let console = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            func observe(_ status: ClusterStatus, _ problem: String? = nil) async throws {
                try await gateway.deliver(
                    ClusterObserved(
                        cluster: "local", status: status, since: gateway.present, problem: problem,
                        observedAt: gateway.present))
            }
            let unknown = try await console.get("/clusters").text
            #expect(unknown.contains("local Status unknown Nobody has told yet whether it answers"))
            #expect(unknown.contains("Kubernetes v1.36.2 Applications 2 on local Secrets accepted"))
            #expect(unknown.contains("Secrets not yet"))
            try await observe(.reachable)
            let reachable = try await console.get("/clusters").text
            #expect(reachable.contains("local Reachable Since"))
            gateway.advance(by: 10)
            try await observe(.unreachable, "<i>connection refused</i>")
            let away = try await console.get("/clusters")
            #expect(away.text.contains("local Unreachable <i>connection refused</i> Nothing is lost"))
            #expect(!away.html.contains("<i>"))
            gateway.advance(by: 10)
            try await observe(.slow)
            #expect(try await console.get("/clusters").text.contains("local Slow Previews on it take longer."))
            gateway.advance(by: 91)
            #expect(
                try await console.get("/clusters").text.contains(
                    "local Status unknown Nobody has told of it for 90 seconds; until then it was slow."))
        }
    }

    @Test(arguments: ["/applications", "/clusters"])
    func `without a cluster, pages say how to connect one`(path: String) async throws {
        let gateway = try await GatewayFixture()
        try await gateway.serving {
            let page = try await ConsoleClient(gateway, token: GatewayFixture.adminToken).get(path)
            #expect(page.status == 200)
            #expect(page.text.contains("No cluster is connected yet"))
            #expect(page.html.contains("data-live=\"/live?catalogue\""))
        }
    }
}
