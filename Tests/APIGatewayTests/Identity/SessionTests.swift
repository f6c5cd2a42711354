import Foundation
import GRDB
import HTTPTypes
import Persistence
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct SessionTests {
    private static let browser = RequestOrigin(address: "192.0.2.7", userAgent: "Firefox")

    private func signIn(_ gateway: GatewayFixture, token: String = GatewayFixture.adminToken) async throws -> SessionKey
    {
        try await gateway.gateway.signIn.with(token: token, from: Self.browser)
    }

    @Test func `a session tells who signed in, and only its hash is stored`() async throws {
        let gateway = try await GatewayFixture()
        let token = try await gateway.token(.developer, organization: "acme")
        let key = try await signIn(gateway, token: token)
        let session = try #require(try await gateway.gateway.sessions.session(of: key))
        #expect(session.principal.organization.rawValue == "acme")
        #expect(session.principal.role == .developer)
        #expect(session.memberships == [.init(organization: session.principal.organization, role: .developer)])
        #expect(session.origin == Self.browser)
        #expect(try await !gateway.dump().contains(key.secret))
        #expect(!"\(key)".contains(key.secret))
        #expect(key.secret.utf8.count == 43)
    }

    @Test func `a session is known after a restart, and not once another first token is configured`() async throws {
        let gateway = try await GatewayFixture()
        let key = try await signIn(gateway)
        let database = gateway.gateway.store.database
        func restarted(token: String?) async throws -> SessionStore {
            try await SessionStore(
                database: database, policy: SessionPolicy(), bootstrap: token.map(SignInMethod.init(bootstrapToken:)),
                issuer: nil, changes: ChangeSignal(), now: { gateway.present })
        }
        let same = try await restarted(token: GatewayFixture.adminToken)
        #expect(try await same.session(of: key)?.principal.isBootstrap == true)
        #expect(try await restarted(token: "another-first-token-of-tests").session(of: key) == nil)
    }

    @Test func `a session ends after its lifetime however much it is used`() async throws {
        let gateway = try await GatewayFixture()
        let key = try await signIn(gateway)
        for _ in 0..<11 {
            gateway.advance(by: 3600)
            #expect(try await gateway.gateway.sessions.session(of: key) != nil)
        }
        gateway.advance(by: 3600)
        #expect(try await gateway.gateway.sessions.session(of: key) == nil)
    }

    @Test func `a session that is not used ends earlier`() async throws {
        let gateway = try await GatewayFixture { $0.sessions.idleLimit = 600 }
        let key = try await signIn(gateway)
        gateway.advance(by: 599)
        #expect(try await gateway.gateway.sessions.session(of: key) != nil)
        gateway.advance(by: 599)
        #expect(try await gateway.gateway.sessions.session(of: key) != nil)
        gateway.advance(by: 600)
        #expect(try await gateway.gateway.sessions.session(of: key) == nil)
        try await gateway.gateway.sessions.forgetEnded()
        #expect(try await gateway.count("sessions") == 0)
    }

    @Test func `beyond the limit the session ends that was not used for longest, and the audit says why`() async throws
    {
        let gateway = try await GatewayFixture { $0.sessions.limit = 3 }
        let token = try await gateway.token(.viewer)
        let other = try await signIn(gateway)
        var keys: [SessionKey] = []
        for _ in 0..<3 {
            keys.append(try await signIn(gateway, token: token))
            gateway.advance(by: 120)
        }
        #expect(try await gateway.gateway.sessions.session(of: keys[0]) != nil)
        gateway.advance(by: 120)
        keys.append(try await signIn(gateway, token: token))
        keys.append(try await signIn(gateway, token: token))
        var known: [Bool] = []
        for key in keys + [other] { known.append(try await gateway.gateway.sessions.session(of: key) != nil) }
        #expect(known == [true, false, false, true, true, true])
        let ends = try await gateway.audit().filter { $0.action == "session.end" }
        #expect(ends.map(\.actor) == ["understudy", "understudy"])
        #expect(ends.first?.detail == "because there may be 3 at a time")
    }

    @Test func `who signed in at the provider has to come back in time for what groups say`() async throws {
        let gateway = try await GatewayFixture {
            $0.sessions.lifetime = 100 * 3600
            $0.sessions.idleLimit = 100 * 3600
            $0.sessions.providerLifetime = 8 * 3600
            $0.openID = OpenIDConfiguration(issuer: "https://login.example.com", clientID: "understudy")
        }
        let person = OpenIDSignIn.Person(
            subject: "17", name: "Jo", email: nil, roles: [.default: .admin], idToken: "x")
        let key = try await gateway.gateway.sessions.start(
            for: person, issuer: "https://login.example.com", from: Self.browser)
        let withToken = try await signIn(gateway)
        gateway.advance(by: 8 * 3600 - 1)
        #expect(try await gateway.gateway.sessions.session(of: key) != nil)
        gateway.advance(by: 1)
        #expect(try await gateway.gateway.sessions.session(of: key) == nil)
        #expect(try await gateway.gateway.sessions.session(of: withToken) != nil)
    }

    @Test func `a role that an admin gave an address counts in the sessions that its owner has already`() async throws {
        let issuer = "https://login.example.com"
        let gateway = try await GatewayFixture {
            $0.openID = OpenIDConfiguration(issuer: issuer, clientID: "understudy")
        }
        let sessions = gateway.gateway.sessions
        var person = OpenIDSignIn.Person(
            subject: "17", name: "Jo", email: nil, roles: [.default: .approver], idToken: "x")
        let before = try await sessions.start(for: person, issuer: issuer, from: Self.browser)
        #expect(try await sessions.session(of: before)?.principal.role == .approver)
        _ = try await gateway.gateway.members.put(
            "jo@example.com", role: .viewer, name: nil, organization: .default, cause: Cause(actor: "admin"))
        person.email = "jo@example.com"
        let after = try await sessions.start(for: person, issuer: issuer, from: Self.browser)
        #expect(try await sessions.session(of: after)?.principal.role == .viewer)
        #expect(try await sessions.session(of: before)?.principal.role == .viewer)
    }

    @Test func `a token is unknown from the commit on that revokes it`() async throws {
        let gateway = try await GatewayFixture()
        let (tokens, database) = (gateway.gateway.tokens, gateway.gateway.store.database)
        for _ in 0..<20 {
            let token = try await gateway.token(.viewer)
            let id = try #require(tokens.principal(of: token)?.tokenID)
            async let isRevoked = tokens.revoke(
                id: id, organization: .default, cause: Cause(actor: "admin"), at: gateway.present)
            var isStored = true
            while isStored {
                // Writes follow each other, so the one that sees the row gone comes right after the commit.
                let isKnown: Bool
                (isStored, isKnown) = try await database.write { database in
                    let row = try Row.fetchOne(database, sql: "SELECT id FROM tokens WHERE id = ?", arguments: [id])
                    return (row != nil, tokens.principal(of: token) != nil)
                }
                #expect(isKnown == isStored)
            }
            #expect(try await isRevoked)
        }
    }

    @Test func `revoking a token ends the sessions of whoever signed in with it, and no others`() async throws {
        let gateway = try await GatewayFixture()
        let (one, other) = (try await gateway.token(.viewer), try await gateway.token(.viewer))
        let (ended, kept) = (try await signIn(gateway, token: one), try await signIn(gateway, token: other))
        let session = try #require(try await gateway.gateway.sessions.session(of: ended))
        let id = try #require(session.principal.tokenID)
        try await gateway.serving {
            let answer = try await gateway.call(.delete, "/tokens/\(id)")
            #expect(answer.status == 204)
        }
        #expect(try await gateway.gateway.sessions.session(of: ended) == nil)
        #expect(try await gateway.gateway.sessions.session(of: kept) != nil)
    }

    @Test func `who signs out is signed out`() async throws {
        let gateway = try await GatewayFixture()
        let key = try await signIn(gateway)
        #expect(try await gateway.gateway.sessions.session(of: key) != nil)
        try await gateway.gateway.signIn.out(key, from: Self.browser)
        #expect(try await gateway.gateway.sessions.session(of: key) == nil)
    }

    @Test func `the form's token is the session's own`() async throws {
        let gateway = try await GatewayFixture()
        let (first, second) = (try await signIn(gateway), try await signIn(gateway))
        let session = try #require(try await gateway.gateway.sessions.session(of: first))
        let other = try #require(try await gateway.gateway.sessions.session(of: second))
        #expect(session.accepts(csrfToken: session.csrfToken))
        #expect(!session.accepts(csrfToken: other.csrfToken))
        #expect(!session.accepts(csrfToken: ""))
        #expect(session.csrfToken != first.secret)
    }

    @Test func `the API takes a session's cookie, and for changes its token`() async throws {
        let gateway = try await GatewayFixture.withShop()
        let key = try await signIn(gateway)
        let session = try #require(try await gateway.gateway.sessions.session(of: key))
        let cookie = ["Cookie": "theme=dark; understudy-session=\(key.secret)"]
        try await gateway.serving {
            #expect(try await gateway.call(.get, "/previews", token: nil, headers: cookie).status == 200)
            let body = #"{"name": "mia", "role": "viewer"}"#
            let refused = try await gateway.call(.post, "/tokens", body: body, token: nil, headers: cookie)
            #expect(refused.status == 403)
            #expect(refused.code == "csrf-token")
            let headers = cookie.merging(["X-CSRF-Token": session.csrfToken]) { first, _ in first }
            #expect(try await gateway.call(.post, "/tokens", body: body, token: nil, headers: headers).status == 201)
            let wrong = ["Cookie": "understudy-session=\(SessionKey.random().secret)"]
            #expect(try await gateway.call(.get, "/previews", token: nil, headers: wrong).status == 401)
        }
    }

    @Test(arguments: [
        ("http://127.0.0.1:8080", "understudy-session", ""),
        ("https://understudy.example.com", "__Host-understudy", "; Secure"),
    ])
    func `the cookie is as strict as the address allows`(url: String, name: String, end: String) throws {
        let cookie = SessionCookie(publicURL: try #require(PublicURL(url)), lifetime: 60)
        let key = SessionKey.random()
        #expect(
            cookie.setting(key) == "\(name)=\(key.secret); Max-Age=60; Path=/; HttpOnly; SameSite=Lax\(end)")
        #expect(cookie.clearing == "\(name)=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax\(end)")
        #expect(cookie.key(in: [.cookie: "a=b; \(name)=\(key.secret)"]) == key)
        for text in ["x\(name)=\(key.secret)", "\(name)=", "\(name)=\(key.secret)x", "\(name)=<script>", ""] {
            #expect(cookie.key(in: [.cookie: text]) == nil, "\(text)")
        }
    }
}
