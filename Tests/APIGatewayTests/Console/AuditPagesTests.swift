import Foundation
import HTTPTypes
import Persistence
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct AuditPagesTests {
    private func note(
        _ gateway: GatewayFixture, _ action: String, target: String = "mia", actor: String = "jo",
        detail: String? = nil, organization: OrganizationName = .default
    ) async throws {
        let origin = ChangeOrigin(.api, from: RequestOrigin(address: "192.0.2.7", userAgent: "curl/8.5.0"))
        let entry = AuditEntry(
            action, target: target, organization: organization, detail: detail,
            cause: Cause(actor: actor, origin: origin), at: gateway.present)
        try await gateway.gateway.store.database.write { try AuditTable.append(entry, in: $0) }
    }

    @Test func `what people did reads as sentences that lead to previews`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let preview = try await gateway.createPreview()
            try await gateway.reportReady(preview)
            let path = "/previews/\(preview.id)"
            try await gateway.call(.patch, path, body: #"{"ttlHours": 30}"#)
            try await gateway.call(.post, "\(path)/services/orders/approve")
            try await gateway.call(.delete, path)
            let admin = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let link = "href=\"/audit?q=\(preview.id)\""
            #expect(try await admin.get(path).html.contains(link))
            let approver = try await ConsoleClient(gateway, role: .approver)
            #expect(try await !approver.get(path).html.contains(link))
            let page = try await admin.get("/audit?q=\(preview.id)")
            #expect(page.status == 200)
            let name = "<a href=\"\(path)\"><bdi>checkout with new payments</bdi></a>"
            #expect(page.html.components(separatedBy: name).count == 5)
            let text = page.text
            #expect(text.contains("created preview checkout with new payments"))
            #expect(text.contains("changed preview checkout with new payments ends :"))
            #expect(text.contains("approved the service orders of preview checkout with new payments"))
            #expect(text.contains("tore down preview checkout with new payments"))
            #expect(!text.contains("signed in"), "the search leaves out what has nothing to do with the preview")
        }
    }

    @Test(arguments: [
        ("preview.reject", "gone", "not today", "rejected preview gone “ not today ”"),
        ("preview.expire", "gone", nil, "ended preview gone whose time to live was over"),
        ("preview.retry", "gone", nil, "tried again what had failed of preview gone"),
        ("token.revoke", "ci", nil, "revoked the token ci"), ("member.remove", "mia", nil, "removed the member mia"),
        ("session.start", "jo", "with the first token", "signed in with the first token"),
        ("session.end", "mia", nil, "ended a session of mia"), ("session.end", "jo", nil, "signed out"),
        ("session.switch", "jo", nil, "went over to the organization default"),
        ("session.refuse", "console", "Unknown.", "was refused at signing in “ Unknown. ”"),
        ("new.thing", "it", "so", "did new.thing to it “ so ”"),
    ])
    func `every action has words`(action: String, target: String, detail: String?, words: String) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            try await note(gateway, action, target: target, detail: detail)
            let admin = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let page = try await admin.get("/audit?actor=jo")
            #expect(page.text.contains("jo \(words)"), "\(page.text)")
            #expect(page.text.contains("API 192.0.2.7 curl curl/8.5.0"))
        }
    }

    @Test func `pages lead to older and to newer entries, and keep the filters`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            for number in 0..<120 { try await note(gateway, "token.create", target: "t\(number).", actor: "jo & co") }
            let admin = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            func shown(_ page: ConsoleClient.Page) -> [Int] {
                page.html.matches(of: /<bdi>t(\d+)\.<\/bdi>/).compactMap { Int($0.output.1) }
            }
            func link(_ page: ConsoleClient.Page, _ kind: String) -> String? {
                page.html.matches(of: /<a class="button" href="([^"]+)"[^>]*>(\w+)<\/a>/)
                    .first { $0.output.2 == kind }.map { String($0.output.1).replacing("&amp;", with: "&") }
            }
            let first = try await admin.get("/audit?actor=jo+%26+co")
            #expect(shown(first) == (70..<120).reversed())
            #expect(link(first, "Newer") == nil && link(first, "Newest") == nil)
            let second = try await admin.get(try #require(link(first, "Older")))
            #expect(shown(second) == (20..<70).reversed())
            let third = try await admin.get(try #require(link(second, "Older")))
            #expect(shown(third) == (0..<20).reversed())
            #expect(link(third, "Older") == nil)
            let back = try await admin.get(try #require(link(third, "Newer")))
            #expect(shown(back) == (20..<70).reversed())
            let top = try await admin.get(try #require(link(back, "Newer")))
            #expect(shown(top) == (70..<120).reversed())
            #expect(link(top, "Newer") == nil && link(top, "Older") != nil)
            #expect(shown(try await admin.get(try #require(link(back, "Newest")))) == (70..<120).reversed())
        }
    }

    @Test func `days bound what is shown, both included`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            // 2026-05-28T20:26:40Z
            for day in 28...31 {
                try await note(gateway, "token.create", target: "may\(day)")
                gateway.advance(by: 86_400)
            }
            let admin = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let page = try await admin.get("/audit?from=2026-05-29&to=2026-05-30&action=token")
            let days = page.html.matches(of: /<bdi>may(\d+)<\/bdi>/).map { String($0.output.1) }
            #expect(days == ["30", "29"])
            let wrong = try await admin.get("/audit?from=yesterday&q=x")
            #expect(wrong.status == 400)
            #expect(wrong.text(of: "from-problem") == "yesterday is no day; write one as 2026-11-21.")
            #expect(wrong.html.contains("value=\"x\""))
        }
    }

    @Test func `days are those of the zone that the browser names, and the page says of which`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            // 2026-05-28T20:26:40Z is the 29th in Tokyo, and the 28th in New York.
            try await note(gateway, "token.create", target: "late")
            let admin = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            func isShown(_ query: String) async throws -> Bool {
                try await admin.get("/audit?action=token&\(query)").html.contains("<bdi>late</bdi>")
            }
            #expect(try await isShown("from=2026-05-28&to=2026-05-28&zone="))
            #expect(try await isShown("from=2026-05-29&to=2026-05-29&zone=Asia%2FTokyo"))
            #expect(try await !isShown("from=2026-05-28&to=2026-05-28&zone=Asia/Tokyo"))
            #expect(try await isShown("from=2026-05-28&to=2026-05-28&zone=America/New_York"))
            let plain = try await admin.get("/audit")
            #expect(plain.text(of: "days") == "Whole days in UTC.")
            #expect(plain.html.contains("name=\"zone\" data-zone=\"zone\""))
            let page = try await admin.get("/audit?zone=Asia/Tokyo&from=2026-05-29")
            #expect(page.text(of: "days") == "Whole days in Asia/Tokyo.")
            #expect(page.html.contains("/api/v1/audit?from=2026-05-29&amp;zone=Asia%2FTokyo&amp;format=csv"))
            let wrong = try await admin.get("/audit?zone=Middle/Earth&from=2026-05-29")
            #expect(wrong.status == 400)
            #expect(wrong.text.contains("A time zone is written as Europe/Berlin"))
        }
    }

    @Test func `several people and actions may be asked for, and are kept`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            for actor in ["jo", "mia", "noah"] { try await note(gateway, "token.create", target: "x", actor: actor) }
            let admin = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let page = try await admin.get("/audit?actor=jo&actor=mia&action=token")
            #expect(page.html.contains("<bdi>jo</bdi></td>") && page.html.contains("<bdi>mia</bdi></td>"))
            #expect(!page.html.contains("<bdi>noah</bdi></td>"))
            #expect(page.html.contains("<input type=\"hidden\" name=\"actor\" value=\"mia\">"))
            #expect(
                page.html.contains("href=\"/audit?actor=jo&amp;action=token\" aria-label=\"Remove the filter Person"))
        }
    }

    @Test func `the table for other programs has the same filters and opens with the session`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            try await note(gateway, "token.create", target: "=1+1", actor: "a b")
            try await note(gateway, "token.create", target: "other")
            let admin = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let page = try await admin.get("/audit?actor=a+b&action=token")
            let match = try #require(page.html.firstMatch(of: /href="(\/api\/v1\/audit[^"]+)" download/))
            let table = try await admin.get(String(match.output.1).replacing("&amp;", with: "&"))
            #expect(table.headers[.contentType] == "text/csv; charset=utf-8")
            #expect(table.html.contains("'=1+1"))
            #expect(!table.html.contains("other"))
        }
    }

    @Test(arguments: TokenPagesTests.hostileNames + ["\u{202E}" + String(repeating: "🧨", count: 5000)])
    func `whatever was written shows as it is`(name: String) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            try await note(gateway, "preview.reject", target: name, actor: name, detail: name)
            let admin = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let page = try await admin.get("/audit")
            let shown = "<bdi>\(EscapedHTML().escapeText(name))</bdi>"
            #expect(page.html.components(separatedBy: shown).count == 4)
            #expect(!page.html.contains("<script>alert") && !page.html.contains("<img"))
        }
    }

    @Test func `it is for admins, of their own organization`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            try await note(gateway, "token.create", target: "secret thing")
            let approver = try await ConsoleClient(gateway, role: .approver)
            #expect(try await approver.get("/audit").status == 403)
            let other = try await ConsoleClient(gateway, role: .admin, organization: "acme")
            let page = try await other.get("/audit")
            #expect(page.status == 200)
            #expect(!page.html.contains("secret thing"))
            #expect(try await other.get("/audit?organization=default").text.contains("secret thing") == false)
        }
    }
}
