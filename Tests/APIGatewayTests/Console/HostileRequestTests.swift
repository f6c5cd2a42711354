import Foundation
import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

/// What a stranger, a neighbouring site or a curious colleague sends.
@Suite struct HostileRequestTests {
    @Test(arguments: [
        "/sign-in", "/nowhere", "/previews", "/api/v1/previews", "/api/v1/nowhere", "/api/v1/openapi.json",
        "/sign-in/openid", "/assets/icons.svg", "/%22%3E%3Cscript%3E",
    ])
    func `every answer is private, in no frame, and taken for what it is`(path: String) async throws {
        let gateway = try await GatewayFixture()
        try await gateway.serving {
            for accept in ["text/html", "*/*"] {
                let token = "Bearer \(GatewayFixture.adminToken)"
                let answer = try await gateway.page(.get, path, headers: [.accept: accept, .authorization: token])
                func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { answer.headers[$0] } }
                #expect(header("Content-Security-Policy")?.hasPrefix("default-src 'none'; script-src 'self'") == true)
                #expect(header("X-Content-Type-Options") == "nosniff")
                #expect(header("X-Frame-Options") == "DENY")
                #expect(header("Cross-Origin-Resource-Policy") == "same-origin")
                #expect(header("Cache-Control") == (path.hasPrefix("/assets/") ? "public, max-age=3600" : "no-store"))
            }
        }
    }

    @Test(
        arguments: [
            (["Sec-Fetch-Site": "same-origin"], 303), (["Sec-Fetch-Site": "none"], 303), ([:], 303),
            (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "same-site"], 403),
            (["Sec-Fetch-Site": "Same-Origin"], 403), (["Origin": "null"], 403), (["Origin": ""], 403),
            (["Origin": "http://orders-abc.preview.localhost:8080"], 403), (["Origin": "http://127.0.0.1:8080"], 303),
            (["Origin": "http://127.0.0.1:8080.evil.example"], 403), (["Origin": "http://127.0.0.1:80"], 403),
            (["Origin": "null", "Sec-Fetch-Site": "same-origin"], 303),
        ] as [([String: String], Int)])
    func `no page of another site signs anybody in`(headers: [String: String], status: Int) async throws {
        let gateway = try await GatewayFixture()
        try await gateway.serving {
            var fields: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
            for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
            let answer = try await gateway.send(
                .post, "/sign-in", headers: fields, body: "token=\(GatewayFixture.adminToken)")
            #expect(answer.status == status)
            #expect(answer.headers[values: .setCookie].isEmpty == (status == 403))
        }
    }

    @Test func `a form to sign in with is read as far as one can be`() async throws {
        let gateway = try await GatewayFixture()
        try await gateway.serving {
            let fields: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
            let body = String(repeating: "a=&", count: 300_000)
            let answer = try await gateway.send(.post, "/sign-in", headers: fields, body: body)
            #expect(answer.status == 413)
        }
    }

    @Test(arguments: ["/api/v1/audit", "/api/v1/previews", "/previews"])
    func `a search that is too long is refused, not failed`(path: String) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            _ = try await gateway.createPreview()
            let admin = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let page = try await admin.get("\(path)?q=\(String(repeating: "a", count: 60_000))")
            #expect(page.status == 400)
            let other = try await admin.get("\(path)?q=\(String(repeating: "%25", count: 400))")
            #expect(other.status == 200)
        }
    }

    @Test func `only what the gateway wrote is shown as a notice, and it fits into a cookie`() async throws {
        let gateway = try await GatewayFixture()
        try await gateway.serving {
            let admin = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
            let key = try #require(admin.key)
            func page(_ notice: String) async throws -> String {
                let cookie = "understudy-session=\(key.secret); understudy-notice=\(notice)"
                return try await gateway.page(.get, "/previews", headers: [.cookie: cookie, .accept: "text/html"]).text
            }
            let forged = Data("failure Your token has expired; enter it at evil.example.".utf8).base64URL
            #expect(try await !page(forged).contains("evil.example"))
            let written = Notice.success(
                "Done \(String(repeating: "a" + String(repeating: "\u{301}", count: 500), count: 9))")
            #expect(written.header.utf8.count < 4096)
            let value = try #require(written.header.firstMatch(of: /understudy-notice=([^;]+)/)).output.1
            #expect(try await page(String(value)).contains("<bdi>Done "))
            #expect(try await !page(forged + String(value.drop { $0 != "." })).contains("evil.example"))
        }
    }

    @Test func `no cell of the audit's table ends before its end`() {
        // The mark and the joiner are one character to Swift, and the end of a cell to a spreadsheet.
        let name = "x\"\u{200D},=HYPERLINK(1),\""
        let entry = AuditEntry(
            "token.create", target: name, organization: .default, cause: Cause(actor: "\n=1"),
            at: Date(timeIntervalSince1970: 0))
        let row = AuditCSV.row(entry)
        #expect(Array(row.unicodeScalars).filter { $0 == "\"" }.count == 2 + 2 + 2 * 2)
        #expect(row.contains("\"x\"\"\u{200D},=HYPERLINK(1),\"\"\""))
        #expect(row.contains("\"'\n=1\""))
    }

    @Test func `an address is another one where a letter only looks the same in lower case`() throws {
        let address = try #require(EmailAddress("Mi\u{212A}e@Example.com"))
        #expect(address.rawValue == "mi\u{212A}e@example.com")
        #expect(address.rawValue != "mike@example.com")
    }

    @Test func `pages of other sites use up nobody's attempts`() async throws {
        let gateway = try await GatewayFixture {
            $0.openID = OpenIDConfiguration(issuer: "http://127.0.0.1:9", clientID: "understudy")
        }
        try await gateway.serving {
            for _ in 0..<20 {
                let answer = try await gateway.page(.get, "/sign-in/openid/callback?state=x&code=y")
                #expect(answer.headers[.location] == "/sign-in?refused=start-again")
            }
            _ = try await ConsoleClient(gateway, token: GatewayFixture.adminToken)
        }
        #expect(try await gateway.audit().map(\.action) == ["session.start"])
    }

    @Test func `a program is not the console because it says so`() async throws {
        let gateway = try await GatewayFixture()
        try await gateway.serving {
            let made = try await gateway.call(
                .post, "/tokens", body: #"{"name": "mia", "role": "viewer"}"#,
                headers: ["X-Understudy-Client": "console"])
            #expect(made.status == 201)
        }
        #expect(try await gateway.audit().map(\.channel) == [.api])
    }

    @Test func `what a program calls itself is kept in a few bytes`() {
        let name = String(repeating: "a" + String(repeating: "\u{301}", count: 200), count: 300)
        #expect((RequestOrigin(userAgent: name).userAgent?.utf8.count ?? 0) <= 300)
        #expect(RequestOrigin(userAgent: "Firefox").userAgent == "Firefox")
    }

    @Test(arguments: [
        #""replicas": 4611686018427387904, "resources": {"cpuRequest": "9223372036854775807"}"#,
        #""replicas": -9223372036854775808, "resources": {"memoryRequest": "9223372036854775807"}"#,
        #""autoscaling": {"enabled": true, "maxReplicas": 9223372036854775807}, "resources": {"cpuRequest": "8E"}"#,
    ])
    func `amounts that no cluster has are refused, and end nothing`(settings: String) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let body = """
                {"name": "x", "cluster": "local", "services": [
                    {"application": "shop/orders", "targetVersion": "1.5.0", \(settings)}]}
                """
            let plan = try await gateway.call(
                .post, "/preview-plans", body: body, token: try await gateway.token(.viewer))
            #expect(plan.status == 200)
            #expect(plan.json["problems"].array?.isEmpty == false)
            #expect(try await gateway.call(.post, "/previews", body: body).status == 422)
            let preview = try await gateway.createPreview()
            let change = #"{"services": [{"name": "orders", \#(settings)}]}"#
            #expect(try await gateway.call(.patch, "/previews/\(preview.id)", body: change).status == 422)
        }
    }

    @Test(arguments: [
        ("[" + Array(repeating: "{}", count: 200_000).joined(separator: ",") + "]", "services too-long"),
        (
            #"[{"application": "shop/orders", "variables": {"#
                + (0..<50_000).map { "\"\($0)\": 1" }.joined(separator: ",")
                + "}}]", "services[0].variables too-long"
        ),
        ("[{" + (0..<50_000).map { "\"\($0)\": 1" }.joined(separator: ",") + "}]", "services[0].0 unknown-field"),
    ])
    func `a body of too many parts is answered shortly`(services: String, error: String) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let body = #"{"name": "x", "cluster": "local", "services": \#(services)}"#
            let answer = try await gateway.call(.post, "/previews", body: body)
            #expect(answer.status == 422)
            #expect(answer.errors.contains(error))
            #expect(answer.text.utf8.count < 100_000)
        }
    }

    @Test func `nobody is told that another organization's previews change`() async throws {
        let gateway = try await GatewayFixture.withShop()
        let changes = gateway.gateway.store.changes
        let acme = try #require(OrganizationName(rawValue: "acme"))
        try await gateway.serving {
            let before = changes.count(of: .default)
            _ = try await gateway.createPreview()
            #expect(changes.count(of: .default) > before)
            #expect(changes.count(of: acme) == 0)
        }
    }

    @Test func `names and reasons are short in bytes, too`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let long = String(repeating: "a" + String(repeating: "\u{301}", count: 5000), count: 20)
            let body = Shop.creation.replacing(#""name": ""#, with: #""name": "\#(long)"#)
            #expect(try await gateway.call(.post, "/previews", body: body).errors == ["name too-long"])
            let preview = try await gateway.createPreview()
            let rejection = try await gateway.call(
                .post, "/previews/\(preview.id)/reject", body: #"{"reason": "\#(long)"}"#)
            #expect(rejection.errors == ["reason too-long"])
            let member = #"{"role": "viewer", "name": "\#(long)"}"#
            #expect(try await gateway.call(.put, "/members/mia@example.com", body: member).errors == ["name invalid"])
        }
    }

    @Test func `a draft does not grow with every form`() async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let begun = try await person.get("/previews/new?application=local/shop/orders")
            let path = begun.path.split(separator: "/").dropLast().joined(separator: "/")
            var statuses: [Int] = []
            for number in 0..<3 {
                let key = "local|shop/orders"
                let fields = [
                    "service": key, "action": "stay", "name|new|\(key)": "LONG_\(number)",
                    "value|new|\(key)": String(repeating: "x", count: 400_000),
                ]
                statuses.append(try await person.post("/\(path)/variables", fields).status)
            }
            #expect(statuses == [200, 200, 413])
        }
    }

    @Test func `sessions of a provider that is no longer configured are over`() async throws {
        let gateway = try await GatewayFixture()
        let acme = try #require(OrganizationName(rawValue: "acme"))
        let mia = OpenIDSignIn.Person(subject: "mia", name: "Mia", email: nil, roles: [acme: .admin], idToken: "")
        let issuer = "https://id.example.com"
        let key = try await gateway.gateway.sessions.start(for: mia, issuer: issuer, from: RequestOrigin())
        func restarted(_ issuer: String?) async throws -> Session? {
            try await SessionStore(
                database: gateway.gateway.store.database, policy: SessionPolicy(), bootstrap: nil, issuer: issuer,
                changes: ChangeSignal(), now: { gateway.present }
            ).session(of: key)
        }
        #expect(try await restarted(issuer)?.principal.name == "Mia")
        #expect(try await restarted("https://id.example") == nil)
        #expect(try await gateway.count("sessions") == 0)
    }

    @Test(arguments: [true, false])
    func `what was typed as a secret is taken for one when it is typed again`(isSealable: Bool) async throws {
        let gateway = try await GatewayFixture.withShop(sealingKey: isSealable ? SealingKeyPair().publicKey : nil)
        try await gateway.serving {
            let person = try await ConsoleClient(gateway, role: .developer)
            let begun = try await person.get("/previews/new?application=local/shop/orders")
            let path = "/\(begun.path.split(separator: "/").dropLast().joined(separator: "/"))/variables"
            let key = "local|shop/orders"
            for (step, fields) in [
                ("applications", ["listed": key, "application": key]),
                ("configuration", ["service": key, "name": "x", "targetVersion|\(key)": "1.5.0"]),
                ("network", ["service": key]),
            ] {
                _ = try await person.post(
                    path.replacing("variables", with: step), fields.merging(["action": "next"]) { $1 })
            }
            for name in ["LOG_LEVEL", "ADDED"] {
                let fields = [
                    "service": key, "action": "stay", "name|new|\(key)": name, "value|new|\(key)": "hush-hush",
                    "secret|new|\(key)": "on",
                ]
                let page = try await person.post(path, fields)
                #expect(page.status == 200)
                #expect(!page.html.contains("hush-hush"))
            }
            let page = try await person.get(path)
            #expect(page.path == path)
            let boxes = page.html.matches(of: /name="secret\|([^"]*)"([^>]*)>/).filter { !$0.output.1.hasPrefix("new") }
            let marked = boxes.filter { $0.output.2.contains("checked") }.map { String($0.output.1) }
            #expect(marked.contains("\(key)|LOG_LEVEL"))
            #expect(marked.contains { !$0.contains("|") }, "one that was added is named by its id")
            #expect(try await !gateway.dump().contains("hush-hush"))
        }
    }
}
