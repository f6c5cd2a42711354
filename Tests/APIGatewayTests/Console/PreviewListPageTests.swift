import Foundation
import GRDB
import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct PreviewListPageTests {
    /// What cards link to, in order.
    private func cards(_ page: ConsoleClient.Page) throws -> [String] {
        try page.attributes("href").filter { $0.hasPrefix("/previews/") && $0 != "/previews/new" }
            .map { String($0.dropFirst("/previews/".count)) }
    }

    @Test func `a card says all that matters of a preview`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let console = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let preview = try await gateway.createPreview()
            let pending = try await console.get("/previews").text
            for words in [
                "Pending", "checkout with new payments", "orders 1.4.0 → to 1.5.0", "storefront 2.0.0 → to 2.1.0",
                "Time left until", "by admin from API on local", "Cost", "1 preview", "1 of 5 active",
            ] {
                #expect(pending.contains(words), "\(words) is not in: \(pending)")
            }
            #expect(!pending.contains("Approved 0 of 2"))
            try await gateway.reportReady(preview)
            #expect(try await console.get("/previews").text.contains("Approved 0 of 2"))
            try await gateway.call(.post, "/previews/\(preview.id)/services/orders/approve")
            #expect(try await console.get("/previews").text.contains("Approved 1 of 2"))
            try await gateway.call(.delete, "/previews/\(preview.id)")
            let ended = try await console.get("/previews").text
            #expect(ended.contains("Torn down"))
            #expect(!ended.contains("Time left"))
            #expect(ended.contains("0 of 5 active"))
        }
    }

    @Test func `pages show what is shown of how many, and keep their filters`() async throws {
        let gateway = try await GatewayFixture.withShop { $0.quota.activePreviews = 100 }
        try await gateway.serving {
            let console = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            for _ in 0..<32 {
                _ = try await gateway.createPreview()
                gateway.advance(by: 1)
            }
            let first = try await console.get("/previews?q=check%26out&status=active&sort=expires")
            #expect(first.text.contains("No previews"))
            var page = try await console.get("/previews?q=checkout&status=active&sort=name&owner=me")
            #expect(page.text.contains("1–30 of 32 previews"))
            #expect(try cards(page).count == 30)
            let seen = try cards(page)
            let next = String(try #require(page.html.firstMatch(of: /href="([^"]+)" rel="next"/)).1)
            #expect(next.hasPrefix("/previews?q=checkout&amp;status=active&amp;owner=me&amp;sort=name&amp;cursor="))
            page = try await console.get(next.replacing("&amp;", with: "&"))
            #expect(page.text.contains("31–32 of 32 previews"))
            #expect(try cards(page).count == 2)
            let previous = String(try #require(page.html.firstMatch(of: /href="([^"]+)" rel="prev"/)).1)
            #expect(try cards(try await console.get(previous.replacing("&amp;", with: "&"))) == seen)
        }
    }

    @Test func `each filter is shown as a chip that takes only itself away`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let console = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let page = try await console.get(
                "/previews?q=a%26b&status=Ready&status=ended&origin=queue&cluster=local"
                    + "&application=shop/orders&sort=name")
            let addresses = page.html.matches(of: /class="chip" href="([^"]+)"/).map {
                String($0.1).replacing("&amp;", with: "&")
            }
            let rest = "&origin=queue&cluster=local&application=shop%2Forders&sort=name"
            #expect(addresses.count == 6)
            #expect(addresses.first == "/previews?status=Ready&status=ended" + rest)
            #expect(addresses.dropFirst().first == "/previews?q=a%26b&status=ended" + rest)
            #expect(page.html.contains("href=\"/previews?sort=name\""))
            #expect(page.text.contains("No preview matches"))
            for address in addresses { #expect(try await console.get(address).status == 200) }
        }
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "\u{202E}gpj.exe", "a\u{200B}\u{200B}b", "👩‍👩‍👧 {{.name}} {{{cards}}}",
        "\"><img src=x onerror=alert(1)>",
    ])
    func `hostile names and searches are text`(name: String) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let console = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let escaped = EscapedHTML().escapeText(name)
            let quoted = String(decoding: try JSONEncoder().encode(name), as: UTF8.self)
            let preview = try await gateway.createPreview(
                body: Shop.creation.replacing("\"checkout with new payments\"", with: quoted))
            let page = try await console.get("/previews?q=\(URLPath.encode(name))")
            #expect(try cards(page) == [preview.id.rawValue])
            #expect(page.html.contains("<bdi>\(escaped)</bdi></a></h2>"))
            #expect(page.html.contains("type=\"search\" value=\"\(escaped)\""))
            #expect(!page.html.contains("<script>alert") && !page.html.contains("<img"))
        }
    }

    @Test func `a list that is empty says what to do`() async throws {
        let empty = try await GatewayFixture()
        try await empty.serving {
            let console = try await ConsoleClient(empty, token: GatewayFixture.adminToken)
            #expect(try await console.get("/previews").text.contains("No cluster is connected yet"))
        }
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let developer = try await ConsoleClient(gateway, role: .developer)
            let page = try await developer.get("/previews")
            #expect(page.text.contains("No previews yet"))
            #expect(page.html.contains("class=\"button\" href=\"/previews/new\""))
            let viewer = try await ConsoleClient(gateway, role: .viewer)
            let seen = try await viewer.get("/previews")
            #expect(seen.text.contains("ask an admin for the role developer"))
            #expect(!seen.html.contains("href=\"/previews/new\""))
            #expect(seen.html.contains("<button disabled aria-describedby=\"why-not-new\">"))
        }
    }

    @Test func `an open page that shows the same already is told only that`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let console = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let preview = try await gateway.createPreview()
            let version = try #require(try await console.get("/previews").headers[.eTag])
            let same = try await console.get("/previews", headers: [.ifNoneMatch: version])
            #expect(same.status == 304)
            #expect(same.html.isEmpty)
            #expect(try await console.get("/previews?sort=name", headers: [.ifNoneMatch: version]).status == 200)
            let other = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            #expect(try await other.get("/previews", headers: [.ifNoneMatch: version]).status == 200)
            try await gateway.reportReady(preview)
            let changed = try await console.get("/previews", headers: [.ifNoneMatch: version])
            #expect(changed.status == 200)
            #expect(changed.text.contains("Ready"))
        }
    }

    @Test func `another organization's previews are not shown, not even those rendered already`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let console = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let preview = try await gateway.createPreview()
            #expect(try cards(try await console.get("/previews")) == [preview.id.rawValue])
            let token = try await gateway.token(.viewer, organization: "acme")
            let other = try await ConsoleClient(gateway, token: token)
            let page = try await other.get("/previews")
            #expect(try cards(page).isEmpty)
            #expect(page.text.contains("0 of 5 active"))
        }
    }
}
