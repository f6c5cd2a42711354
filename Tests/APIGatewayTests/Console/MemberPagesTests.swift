import Foundation
import HTTPTypes
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct MemberPagesTests {
    private static func fixture() async throws -> GatewayFixture {
        try await GatewayFixture {
            $0.openID = OpenIDConfiguration(issuer: "https://login.example.com", clientID: "understudy")
        }
    }

    @Test func `an admin adds somebody, changes the role and removes them`() async throws {
        let gateway = try await Self.fixture()
        try await gateway.serving {
            let admin = try await ConsoleClient(gateway, role: .admin)
            let added = try await admin.post(
                "/members", ["email": " Mia@Example.com ", "name": "Mia", "role": "developer"])
            #expect(added.path == "/members")
            #expect(added.text(of: "notice")?.contains("Added mia@example.com as developer.") == true)
            #expect(added.text.contains("Mia mia@example.com Developer Given by an admin not yet 0"))
            let id = try #require(try await gateway.gateway.members.list(organization: .default).first?.id)
            let changed = try await admin.post("/members/\(id)", ["role": "approver"])
            #expect(changed.text(of: "notice")?.contains("Mia is approver now.") == true)
            #expect(try await admin.get("/members/\(id)").html.contains("value=\"approver\" required checked"))
            let question = try await admin.get("/members/\(id)/remove")
            #expect(question.text.contains("They lose the role Approver in default"))
            #expect(try await gateway.count("members") == 1)
            let removed = try await admin.post("/members/\(id)/remove")
            #expect(removed.path == "/members")
            #expect(try await gateway.count("members") == 0)
            #expect(try await admin.get("/members/\(id)").status == 404)
            let actions = try await gateway.audit().map(\.action).filter { $0.hasPrefix("member.") }
            #expect(actions == ["member.add", "member.change", "member.remove"])
        }
    }

    @Test(arguments: [
        (["email": "mia", "role": "viewer"], "email-problem"), (["role": "viewer"], "email-problem"),
        (["email": "old@example.com", "role": "admin"], "email-problem"),
        (["email": "mia@example.com"], "role-problem"), (["email": "mia@example.com", "role": "king"], "role-problem"),
        (["email": "mia@example.com", "role": "viewer", "name": String(repeating: "x", count: 101)], "name-problem"),
    ])
    func `what is wrong stands at its field, and changes nobody`(
        fields: [String: String], problem: String
    ) async throws {
        let gateway = try await Self.fixture()
        try await gateway.serving {
            let admin = try await ConsoleClient(gateway, role: .admin)
            _ = try await admin.post("/members", ["email": "old@example.com", "role": "viewer"])
            let page = try await admin.post("/members", fields)
            #expect(page.status == 422)
            #expect(page.text(of: problem)?.isEmpty == false)
            if let email = fields["email"] { #expect(page.html.contains("value=\"\(email)\"")) }
            let members = try await gateway.gateway.members.list(organization: .default)
            #expect(members.map(\.role) == [.viewer])
        }
    }

    @Test func `others may not look, and forms need the session's token`() async throws {
        let gateway = try await Self.fixture()
        try await gateway.serving {
            let admin = try await ConsoleClient(gateway, role: .admin)
            _ = try await admin.post("/members", ["email": "mia@example.com", "role": "viewer"])
            let id = try #require(try await gateway.gateway.members.list(organization: .default).first?.id)
            let person = try await ConsoleClient(gateway, role: .approver)
            let foreign = try await ConsoleClient(gateway, role: .admin, organization: "acme")
            for path in ["/members", "/members/new", "/members/\(id)", "/members/\(id)/remove"] {
                #expect(try await person.get(path).status == 403)
            }
            #expect(try await person.post("/members", ["email": "a@b.example", "role": "admin"]).status == 403)
            for path in ["/members/\(id)", "/members/\(id)/remove"] {
                #expect(try await person.post(path, ["role": "admin"]).status == 403)
                #expect(try await foreign.post(path, ["role": "admin"]).status == 404)
                #expect(try await admin.post(path, ["role": "admin", "csrf": "guess"]).status == 403)
            }
            #expect(try await foreign.get("/members").html.contains("mia@example.com") == false)
            #expect(try await gateway.gateway.members.list(organization: .default).map(\.role) == [.viewer])
        }
    }

    @Test func `an admin ends somebody's session`() async throws {
        let gateway = try await Self.fixture()
        try await gateway.serving {
            let admin = try await ConsoleClient(gateway, role: .admin)
            let person = try await ConsoleClient(gateway, role: .viewer)
            let foreign = try await ConsoleClient(gateway, role: .admin, organization: "acme")
            let key = try #require(person.key)
            let id = try #require(try await gateway.gateway.sessions.session(of: key)).id
            #expect(try await admin.get("/members").html.contains("id=\"session-\(id)\""))
            let tried = try await foreign.post("/members/sessions/end", ["session": id])
            #expect(tried.text(of: "notice")?.contains("over already") == true)
            #expect(try await person.get("/previews").path == "/previews")
            #expect(try await admin.post("/members/sessions/end", ["session": id]).path == "/members")
            #expect(try await person.get("/previews").path.hasPrefix("/sign-in"))
        }
    }

    @Test func `those who are signed in are paged`() async throws {
        let gateway = try await Self.fixture()
        try await gateway.serving {
            _ = try await ConsoleClient(gateway, role: .viewer)
            _ = try await ConsoleClient(gateway, role: .viewer)
            gateway.advance(by: 1)
            let admin = try await ConsoleClient(gateway, role: .admin)
            let first = try await admin.get("/members?q=x&limit=2")
            #expect(first.text.contains("2 of 3 sessions") && !first.text.contains("Newest"))
            let links = try first.attributes("href")
            let older = try #require(links.first { $0.hasPrefix("/members?q=x&amp;sessions=") })
            #expect(older.hasSuffix("#signed-in"))
            let second = try await admin.get(String(older.unescaped.prefix { $0 != "#" }))
            let rows = [first, second].map { $0.html.matches(of: /\ id="session-([a-z0-9]+)"/).map { $0.output.1 } }
            #expect(rows.map(\.count) == [2, 1] && Set(rows.joined()).count == 3)
            #expect(second.text.contains("1 of 3 sessions"))
            #expect(try second.attributes("href").contains("/members?q=x#signed-in"))
            #expect(try await admin.get("/members?sessions=x").status == 400)
        }
    }

    @Test(arguments: TokenPagesTests.hostileNames)
    func `names show as they are`(name: String) async throws {
        let gateway = try await Self.fixture()
        try await gateway.serving {
            let admin = try await ConsoleClient(gateway, role: .admin)
            _ = try await admin.post("/members", ["email": "mia@example.com", "name": name, "role": "viewer"])
            let id = try #require(try await gateway.gateway.members.list(organization: .default).first?.id)
            for path in ["/members", "/members/\(id)", "/members/\(id)/remove"] {
                let page = try await admin.get(path)
                #expect(page.html.contains("<bdi>\(EscapedHTML().escapeText(name))</bdi>"))
                #expect(!page.html.contains("<script>alert") && !page.html.contains("<img"))
            }
        }
    }

    @Test func `nobody removes or demotes themselves by a slip, and groups' word is told`() async throws {
        let gateway = try await Self.fixture()
        try await gateway.serving {
            let organizations: [OrganizationName] = try ["acme", "default"].map {
                try #require(OrganizationName(rawValue: $0))
            }
            let person = OpenIDSignIn.Person(
                subject: "17", name: "Jo", email: "jo@example.com",
                roles: [organizations[0]: .viewer, organizations[1]: .admin], idToken: "x")
            let key = try await gateway.gateway.sessions.start(
                for: person, issuer: "https://login.example.com", from: RequestOrigin(address: "192.0.2.7"))
            let jo = ConsoleClient(gateway, key: key)
            let session = try await jo.get("/session")
            #expect(session.text.contains("Organization acme viewer default admin"))
            #expect(try await jo.post("/session/organization", ["organization": "nobody"]).status == 403)
            let chosen = try await jo.post("/session/organization", ["organization": "default"])
            #expect(chosen.path == "/previews")

            let list = try await jo.get("/members")
            #expect(list.text.contains("Jo you jo@example.com Admin From groups"))
            let members = try await gateway.gateway.members.list(organization: .default)
            let id = try #require(members.first?.id)
            let page = try await jo.get("/members/\(id)")
            #expect(page.text.contains("You can't change your own role; another admin can."))
            #expect(page.text.contains("You can't remove yourself; another admin can."))
            #expect(try await jo.post("/members/\(id)", ["role": "viewer"]).status == 409)
            #expect(try await jo.get("/members/\(id)/remove").status == 409)
            #expect(try await jo.post("/members/\(id)/remove").status == 409)
            #expect(try await gateway.gateway.members.list(organization: .default) == members)

            let other = try await ConsoleClient(gateway, role: .admin)
            #expect(
                try await other.get("/members/\(id)/remove").text.contains("they come back when they sign in again"))
            #expect(try await other.post("/members/\(id)/remove").path == "/members")
            #expect(try await jo.get("/previews").path.hasPrefix("/sign-in"))
        }
    }
}
