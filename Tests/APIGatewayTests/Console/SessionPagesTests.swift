import Foundation
import GRDB
import HTTPTypes
import Persistence
import PreviewDomain
import Synchronization
import Testing

@testable import APIGateway
@testable import MessageBus

@Suite struct SessionPagesTests {
    @Test func `signing in needs a known token, and leads back to where one wanted to go`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let browser = ConsoleClient(gateway)
            let sent = try await browser.get("/tokens?x=1")
            #expect(sent.path == "/sign-in?return=/tokens%3Fx%3D1")
            #expect(sent.html.contains("name=\"return\" value=\"/tokens?x=1\""))
            #expect(sent.html.contains("autocomplete=\"current-password\""))
            #expect(sent.html.contains("autocomplete=\"username\" hidden"))
            #expect(!sent.text.contains("You were signed out"))
            let empty = try await browser.post("/sign-in", ["token": " "])
            #expect(empty.status == 422 && empty.text(of: "token-problem") == "Enter a token.")
            let wrong = try await browser.post("/sign-in", ["token": "<b>x"])
            #expect(wrong.status == 401)
            #expect(wrong.text(of: "token-problem")?.hasPrefix("The token is not known.") == true)
            #expect(wrong.html.contains("aria-invalid=\"true\""))
            let right = try await browser.post("/sign-in", ["token": GatewayFixture.adminToken, "return": "/session"])
            #expect(right.path == "/session" && right.status == 200)
        }
    }

    @Test func `a page that refuses keeps the navigation of who is signed in`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let viewer = try await ConsoleClient(gateway, role: .viewer)
            let refused = try await viewer.get("/tokens")
            #expect(refused.status == 403 && refused.html.contains("<nav aria-label=\"Console\">"))
            let outdated = try await viewer.post("/session/theme", ["csrf": "another"])
            #expect(outdated.status == 403 && outdated.text.contains("This page is out of date"))
            #expect(outdated.html.contains("<nav aria-label=\"Console\">"))
            let unknown = try await viewer.get("/no/such/page")
            #expect(unknown.status == 404 && unknown.text.contains("There is no page at /no/such/page."))
            #expect(unknown.html.contains("<nav aria-label=\"Console\">") && unknown.csrf != nil)
            let nobody = try await ConsoleClient(gateway).get("/no/such/page")
            #expect(nobody.status == 404 && nobody.text.contains("There is no page at /no/such/page."))
            #expect(!nobody.html.contains("<nav aria-label=\"Console\">"))
        }
    }

    @Test func `too many attempts are refused in words`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let browser = ConsoleClient(gateway)
            for _ in 0..<10 { _ = try await browser.post("/sign-in", ["token": "guess"]) }
            let page = try await browser.post("/sign-in", ["token": GatewayFixture.adminToken])
            #expect(page.status == 429)
            #expect(page.headers[.retryAfter] == "30")
            #expect(page.text(of: "token-problem") == "Too many attempts were refused. Try again in 30 seconds.")
        }
    }

    @Test func `where a provider is set up, one signs in there, and its refusal is told`() async throws {
        let gateway = try await GatewayFixture {
            $0.openID = OpenIDConfiguration(issuer: "https://login.example.com/realm", clientID: "understudy")
        }
        try await gateway.serving {
            let browser = ConsoleClient(gateway)
            let page = try await browser.get("/sign-in?return=/audit%3Fq%3Da")
            #expect(page.text.contains("Sign in with login.example.com"))
            #expect(page.html.contains("href=\"/sign-in/openid?return=/audit%3Fq%3Da\""))
            let refused = try await browser.get("/sign-in?refused=not-admitted")
            #expect(refused.status == 403)
            #expect(refused.text.contains("none of your groups has a role here"))
            #expect(try await browser.get("/sign-in?refused=<script>").status == 200)
        }
    }

    @Test func `who is signed out is told, and loses no more than what was typed`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .viewer)
            gateway.advance(by: 2 * 3600)
            let page = try await person.get("/previews?q=a")
            #expect(page.path == "/sign-in?return=/previews%3Fq%3Da&reason=over")
            #expect(page.text.contains("You were signed out, because the session was not used for 2 hours"))
            #expect(person.key == nil)
            let again = try await ConsoleClient(gateway, role: .viewer)
            let out = try await again.post("/sign-out")
            #expect(out.text.contains("You are signed out."))
            #expect(again.key == nil)
        }
    }

    @Test func `the session's page tells the role and ends own sessions only`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let token = try await gateway.token(.approver)
            let here = try await ConsoleClient(gateway, token: token)
            let there = try await ConsoleClient(gateway, token: token)
            let other = try await ConsoleClient(gateway, role: .viewer)
            func id(_ client: ConsoleClient) async throws -> String {
                let key = try #require(client.key)
                return try #require(try await gateway.gateway.sessions.session(of: key)).id
            }
            let page = try await here.get("/session")
            #expect(page.text.contains("Approver Does what a developer does; approves"))
            #expect(page.text.contains("Firefox on Linux"))
            let (own, thereID, otherID) = (try await id(here), try await id(there), try await id(other))
            #expect(page.html.contains("id=\"session-\(own)\"") && page.html.contains("id=\"session-\(thereID)\""))
            #expect(!page.html.contains(otherID))
            let stolen = try await here.post("/session/end", ["session": otherID])
            #expect(stolen.text(of: "notice")?.contains("is not yours") == true)
            #expect(try await other.get("/previews").path == "/previews")
            #expect(try await here.post("/session/end", ["session": thereID, "csrf": "guess"]).status == 403)
            #expect(try await here.post("/session/end", ["session": thereID]).path == "/session")
            #expect(try await there.get("/previews").path.hasPrefix("/sign-in"))
        }
    }

    @Test(arguments: ["/previews/nosuchone", "/tokens", "/previews/new", "/previews?cursor=nonsense"])
    func `what goes wrong is said within the console`(path: String) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .viewer)
            let page = try await person.get(path)
            #expect(page.status >= 400)
            #expect(page.html.contains("<nav aria-label=\"Console\">") && page.html.contains("action=\"/sign-out\""))
        }
    }

    @Test func `the theme that was chosen is pressed`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .viewer)
            #expect(try await person.get("/session").html.contains("value=\"\" aria-pressed=\"true\">Auto"))
            let page = try await person.post("/session/theme", ["theme": "dark", "return": "/session"])
            #expect(page.path == "/session")
            #expect(page.html.contains("data-theme=\"dark\""))
            #expect(page.html.contains("value=\"dark\" aria-pressed=\"true\">Dark"))
            #expect(page.html.contains("value=\"\" aria-pressed=\"false\">Auto"))
        }
    }

    @Test func `pages say when the broker is away or takes nothing`() async throws {
        typealias Connection = MessageBusHealth.Connection
        func text(_ publisher: Connection, _ consumer: Connection) -> String? {
            MessageBusHealth(
                publisher: publisher, consumers: ["api-gateway": consumer], oldestUnconfirmed: nil, oldestHandler: nil
            ).explanation
        }
        #expect(text(.ready, .ready) == nil)
        #expect(
            text(.connecting(lastError: "secret"), .ready)?.hasPrefix("The message broker can't be reached.") == true)
        #expect(text(.connecting(lastError: "secret"), .ready)?.contains("secret") == false)
        #expect(text(.blocked(reason: "low on disk"), .ready)?.contains("(low on disk)") == true)
        #expect(text(.ready, .connecting(lastError: nil))?.contains("does not hear from the clusters") == true)

        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .viewer)
            #expect(try await person.get("/previews").html.contains("id=\"broker\" role=\"status\" data-region hidden"))
            gateway.messages.withLock {
                $0 = MessageBusHealth(
                    publisher: .connecting(lastError: nil), consumers: [:], oldestUnconfirmed: nil, oldestHandler: nil)
            }
            let page = try await person.get("/previews")
            #expect(page.text(of: "broker")?.hasPrefix("The message broker can't be reached.") == true)
            #expect(!page.html.contains("data-region hidden"))
        }
    }

    @Test func `a full disk is told as what it is, and nothing is half done`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let admin = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            try await gateway.gateway.store.database.write { database in
                let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
                try database.execute(sql: "PRAGMA max_page_count = \(pages)")
            }
            var refused: ConsoleClient.Page?
            for number in 0..<200 where refused == nil {
                let name = "\(number) " + String(repeating: "é", count: 90)
                let page = try await admin.post("/tokens", ["name": name, "role": "viewer"])
                if page.status != 201 { refused = page }
            }
            let page = try #require(refused)
            #expect(page.status == 503)
            #expect(page.headers[.retryAfter] == "60")
            #expect(page.text.contains("The gateway can't use its database at present, so nothing was changed."))
        }
    }
}
