import Foundation
import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct TokenPagesTests {
    /// Names that try to be something else, or that are a strain on a layout.
    static let hostileNames = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{csrfToken}}", "a'b\"c&d",
        "\u{202E}gnp.exe\u{202D}", "👩‍👩‍👧‍👦🏳️‍🌈", "zero\u{200B}width", String(repeating: "W", count: 100),
    ]

    @Test func `an admin makes a token, sees it once, and it works until it is revoked`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let admin = try await ConsoleClient(gateway, role: .admin)
            let made = try await admin.post("/tokens", ["name": "shop pipeline", "role": "developer"])
            #expect(made.status == 201)
            #expect(made.headers[.cacheControl] == "no-store")
            let token = try #require(made.text(of: "token"))
            #expect(made.text(of: "curl")?.contains("Authorization: Bearer \(token)") == true)
            #expect(try await gateway.call(.get, "/previews", token: token).status == 200)

            let list = try await admin.get("/tokens")
            #expect(list.status == 200)
            #expect(list.text.contains("shop pipeline Developer"))
            #expect(!list.html.contains(token))

            let known = try await gateway.gateway.tokens.list(organization: .default)
            let id = try #require(known.first { $0.name == "shop pipeline" }?.id)
            let question = try await admin.get("/tokens/\(id)/revoke")
            #expect(question.text.contains("Revoke shop pipeline ?"))
            #expect(try await gateway.call(.get, "/previews", token: token).status == 200, "asking revokes nothing")
            let after = try await admin.post("/tokens/\(id)/revoke")
            #expect(after.path == "/tokens")
            #expect(after.text(of: "notice")?.contains("Revoked the token shop pipeline.") == true)
            #expect(try await gateway.call(.get, "/previews", token: token).status == 401)
            #expect(try await admin.get("/tokens/\(id)/revoke").status == 404)
            let entries = try await gateway.audit().filter { $0.target == "shop pipeline" }
            #expect(entries.map(\.action) == ["token.create", "token.revoke"])
            #expect(entries.allSatisfy { $0.channel == .console })
        }
    }

    @Test(arguments: [Role.viewer, .developer, .approver])
    func `others are told which role they lack`(role: Role) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: role)
            let before = try await gateway.count("tokens")
            for path in ["/tokens", "/tokens/new", "/tokens/abc/revoke"] {
                let page = try await person.get(path)
                #expect(page.status == 403)
                #expect(page.text.contains("Your role is \(role.rawValue); this needs admin."))
            }
            let page = try await person.post("/tokens", ["name": "mine", "role": "admin"])
            #expect(page.status == 403)
            #expect(try await gateway.count("tokens") == before)
            #expect(try await !person.get("/previews").html.contains("href=\"/tokens\""))
        }
    }

    @Test func `a form that no page of the session sent changes nothing`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let admin = try await ConsoleClient(gateway, role: .admin)
            let id = try #require(try await gateway.gateway.tokens.list(organization: .default).first?.id)
            let before = try await gateway.count("tokens")
            let forged = ["name": "spy", "role": "admin", "csrf": "guess"]
            #expect(try await admin.post("/tokens", forged).status == 403)
            #expect(try await admin.post("/tokens/\(id)/revoke", forged).status == 403)
            #expect(try await gateway.count("tokens") == before)
        }
    }

    @Test(arguments: [
        (["name": " ", "role": "viewer"], "name-problem"), (["name": "a"], "role-problem"),
        (["name": "a", "role": "king"], "role-problem"),
        (["name": String(repeating: "x", count: 101), "role": "viewer"], "name-problem"),
        (["name": "a" + String(repeating: "\u{301}", count: 2000), "role": "viewer"], "name-problem"),
        (["name": "a", "role": "viewer", "organization": "A B"], "organization-problem"),
    ])
    func `what is wrong stands at its field, and what was typed stays`(
        fields: [String: String], problem: String
    ) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let admin = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let page = try await admin.post("/tokens", fields)
            #expect(page.status == 422)
            #expect(page.text(of: problem)?.isEmpty == false)
            #expect(page.html.contains("aria-describedby=\"\(problem)\"") || page.html.contains(" \(problem)\""))
            if fields["role"] == "viewer" { #expect(page.html.contains("value=\"viewer\" required checked")) }
            #expect(try await gateway.count("tokens") == 0)
        }
    }

    @Test func `a name that is taken is refused at the field`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let admin = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let fields = ["name": "mia", "role": "viewer"]
            #expect(try await admin.post("/tokens", fields).status == 201)
            let again = try await admin.post("/tokens", fields)
            #expect(again.status == 409)
            #expect(again.text(of: "name-problem")?.contains("has a token named mia already") == true)
        }
    }

    @Test(arguments: hostileNames)
    func `names show as they are`(name: String) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let admin = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            #expect(try await admin.post("/tokens", ["name": name, "role": "viewer"]).status == 201)
            let token = try #require(try await gateway.gateway.tokens.list(organization: .default).first)
            #expect(token.name == name)
            for path in ["/tokens", "/tokens/\(token.id)/revoke"] {
                let page = try await admin.get(path)
                #expect(page.html.contains("<bdi>\(EscapedHTML().escapeText(name))</bdi>"))
                #expect(!page.html.contains("<script>alert") && !page.html.contains("<img"))
            }
        }
    }

    @Test func `only the first admin makes and sees tokens of other organizations`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let first = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let fields = ["name": "mia", "role": "admin", "organization": "acme"]
            let made = try await first.post("/tokens", fields)
            #expect(made.status == 201)
            let mia = try await ConsoleClient(gateway, token: try #require(made.text(of: "token")))
            _ = try await gateway.token(.viewer)
            #expect(try await first.get("/tokens").text.contains("mia acme Admin"))
            let own = try await mia.get("/tokens")
            #expect(own.html.components(separatedBy: "<tr id=\"token-").count == 2, "mia's own only")
            let other = try #require(try await gateway.gateway.tokens.list(organization: .default).first)
            #expect(try await mia.get("/tokens/\(other.id)/revoke").status == 404)
            #expect(try await mia.post("/tokens/\(other.id)/revoke").status == 404)
            let spy = ["name": "spy", "role": "admin", "organization": "default"]
            #expect(try await mia.post("/tokens", spy).status == 403)
            #expect(try await !mia.get("/tokens/new").html.contains("name=\"organization\""))
        }
    }

    @Test func `revoking a token signs out whoever signed in with it`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let admin = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let mia = try await ConsoleClient(gateway, role: .viewer)
            let id = try #require(try await gateway.gateway.tokens.list(organization: .default).first?.id)
            #expect(try await admin.get("/tokens/\(id)/revoke").text.contains("1 session that began with it end"))
            _ = try await admin.post("/tokens/\(id)/revoke")
            #expect(try await mia.get("/previews").path.hasPrefix("/sign-in"))
        }
    }

    @Test func `the last use is noted, at most once a minute`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let token = try await gateway.token(.viewer)
            func lastUse() async throws -> Date? {
                try await gateway.gateway.tokens.list(organization: .default).first?.lastUsedAt
            }
            #expect(try await lastUse() == nil)
            let first = gateway.present
            try await gateway.call(.get, "/previews", token: token)
            #expect(try await lastUse() == first)
            gateway.advance(by: 59)
            try await gateway.call(.get, "/previews", token: token)
            #expect(try await lastUse() == first)
            gateway.advance(by: 1)
            try await gateway.call(.get, "/previews", token: token)
            #expect(try await lastUse() == gateway.present)
            gateway.advance(by: 3600)
            _ = try await ConsoleClient(gateway, token: token)
            #expect(try await lastUse() == gateway.present, "signing in is a use, too")
            let listed = try await gateway.call(.get, "/tokens")
            #expect(listed.json["items"][0]["lastUsedAt"].string == JSONCoding.format(gateway.present))
        }
    }
}
