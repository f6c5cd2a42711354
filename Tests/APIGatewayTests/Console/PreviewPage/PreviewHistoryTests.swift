import Foundation
import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

/// What a preview's page tells of what was, and of what stands still.
@Suite struct PreviewHistoryTests {
    @Test func `the timeline is newest first, each entry with its day, and shows older ones when asked`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            for step in 0..<40 {
                gateway.advance(by: 1800)
                try await gateway.deliver(
                    ServiceDeploying(
                        preview: preview, service: "orders", observedAt: gateway.present, message: "step \(step)"))
            }
            let client = try await ConsoleClient(gateway, role: .viewer)
            let path = "/previews/\(preview.id)"
            let page = try await client.get(path)
            #expect(page.html.matches(of: /<li id="event-/).count == 30)
            // A heading for a day would be one of UTC, whatever day the reader's zone calls it.
            let time = /<time datetime="[^"]+" data-time="clock">2026-05-29 [0-9:]+ UTC<\/time>/
            #expect(page.html.matches(of: time).count == 30)
            #expect(!page.html.contains("class=\"day\""))
            let newest = try #require(page.html.range(of: "step 39"))
            let older = try #require(page.html.range(of: "step 38"))
            #expect(newest.lowerBound < older.lowerBound)
            #expect(!page.html.contains("preview.created"))
            let link = try #require(page.html.firstMatch(of: /href="([^"]+events=60[^"]*)"/)).output.1
            let all = try await client.get(String(link.prefix { $0 != "#" }))
            #expect(all.html.contains("preview.created"))
            #expect(!all.html.contains("Show older"))
            for odd in ["0", "-5", "x", "99999999999999999999"] {
                #expect(try await client.get("\(path)?events=\(odd)").status == 200)
            }
        }
    }

    @Test func `whatever is hostile in names, versions, messages and variables is shown as text`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let name = #"\"><script>alert(1)</script> \u202e {{csrfToken}}"#
            let body = """
                {"name": "\(name)", "cluster": "local", "services": [{"application": "shop/orders", "targetVersion": "1.5.0",
                 "variables": {"X": "</code><img src=x onerror=alert(1)>"}}]}
                """
            let preview = try await gateway.createPreview(body: body)
            let long = String(repeating: "m", count: 5000)
            try await gateway.deliver(
                NamespaceFailed(
                    preview: preview, observedAt: gateway.present,
                    failure: Failure(
                        reason: "<b>R</b>", message: "<i>\(long)</i>", nextStep: "' onclick='x",
                        logLines: ["</pre><script>alert(2)</script>"])))
            let client = try await ConsoleClient(gateway, role: .admin)
            for path in ["", "/tear-down", "/reject", "/change"] {
                let page = try await client.get("/previews/\(preview.id)\(path)")
                #expect(page.status == 200)
                #expect(page.text.contains("<script>alert(1)</script>"))
                #expect(page.text.contains("{{csrfToken}}"))
                for mark in ["<script>alert", "<img src=x", "<b>R", "<i>m", "' onclick", "</pre><script"] {
                    #expect(!page.html.contains(mark))
                }
            }
        }
    }

    @Test func `an expired preview says so, and that it was nobody's decision`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            gateway.advance(by: 25 * 3600)
            try await gateway.deliver(ExpiryDue(preview: preview, expiresAt: gateway.present))
            let client = try await ConsoleClient(gateway, role: .admin)
            let page = try await client.get("/previews/\(preview.id)")
            #expect(page.text(of: "ending")?.contains("Its time to live ran out.") == true)
            #expect(page.text(of: "ending")?.contains("By ") == false)
            #expect(page.text(of: "extend") == nil)
            let refused = try await client.post("/previews/\(preview.id)/approve")
            #expect(refused.text(of: "notice") == "The preview has ended (Expired); create a new one.")
            let late = try await client.post("/previews/\(preview.id)/extend", ["ttlHours": "100"])
            #expect(late.text(of: "notice") == "The preview has ended (Expired); create a new one.")
        }
    }

    @Test func `while the cluster is away the page says so, and what was last known`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            gateway.advance(by: 10)
            try await gateway.deliver(
                ClusterObserved(
                    cluster: "local", status: .unreachable, since: gateway.present, problem: "connection refused",
                    observedAt: gateway.present, addresses: .init()))
            let page = try await ConsoleClient(gateway, role: .viewer).get("/previews/\(preview.id)")
            #expect(page.text(of: "outage")?.contains("The cluster local cannot be reached since") == true)
            #expect(page.text(of: "outage")?.contains("connection refused") == true)
        }
    }
}
