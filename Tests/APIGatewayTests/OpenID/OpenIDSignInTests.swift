import Foundation
import HTTPTypes
import HummingbirdTesting
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

/// Signing in at a real provider: Jane is in the groups platform and devs, Joe in devs, Eve in none.
///
/// One after another, because the provider's memory mixes up codes of one person that nobody has exchanged yet.
@Suite(.serialized) struct OpenIDSignInTests {
    private static let roles = "platform=acme:admin, devs=acme:developer, devs=blue:viewer"
    private static let browser = RequestOrigin(address: "192.0.2.7", userAgent: "Firefox")

    /// - Parameter ownProvider: whether the test changes the provider, so that no other may use it.
    private func fixture(
        method: String = "client_secret_basic", secret: String = ProviderProcess.clientSecret,
        ownProvider: Bool = false, roles: String = roles
    ) async throws -> (GatewayFixture, ProviderProcess) {
        let isShared = method == "client_secret_basic" && !ownProvider
        let provider = isShared ? try await ProviderProcess.shared() : try await ProviderProcess.start(method: method)
        let gateway = try await GatewayFixture {
            var openID = OpenIDConfiguration(
                issuer: provider.issuer, clientID: ProviderProcess.clientID, clientSecret: secret)
            openID.assumesVerifiedEmail = true
            openID.authentication = method == "client_secret_post" ? .post : nil
            openID.roles = (try? GroupRoles(roles)) ?? GroupRoles()
            $0.openID = openID
        }
        // The provider's clock is the machine's.
        gateway.advance(by: Date().timeIntervalSince(gateway.present))
        return (gateway, provider)
    }

    /// What a browser brings back from the provider.
    private struct Return {
        var query: [String: String]
        var headers: HTTPFields
    }

    private func visit(
        _ gateway: GatewayFixture, _ provider: ProviderProcess, as user: String, returnTo path: String = "/"
    ) async throws -> Return {
        let (url, cookie) = try await gateway.gateway.signIn.begin(returnTo: path)
        let back = try await provider.signIn(user, at: url)
        #expect(back.path == OpenIDSignIn.callbackPath)
        let items = (back.queryItems ?? []).map { ($0.name, $0.value ?? "") }
        let pair = try #require(cookie.split(separator: ";").first)
        return Return(query: Dictionary(items) { $1 }, headers: [.cookie: String(pair)])
    }

    private func signIn(
        _ gateway: GatewayFixture, _ provider: ProviderProcess, as user: String
    ) async throws -> Session {
        let back = try await visit(gateway, provider, as: user)
        let (key, _) = try await finish(gateway, back)
        return try #require(try await gateway.gateway.sessions.session(of: key))
    }

    private func finish(_ gateway: GatewayFixture, _ back: Return) async throws -> (key: SessionKey, path: String) {
        var address = PageAddress(OpenIDSignIn.callbackPath)
        for (name, value) in back.query { address = address.adding(name, value) }
        let query = Form(address.text.split(separator: "?").last ?? "")
        return try await gateway.gateway.signIn.finish(query: query, headers: back.headers, from: Self.browser)
    }

    @Test(arguments: ["client_secret_basic", "client_secret_post"])
    func `groups give roles, in several organizations, and signing out ends both sessions`(method: String) async throws
    {
        let (gateway, provider) = try await fixture(method: method)
        let back = try await visit(gateway, provider, as: "jane", returnTo: "/previews?status=Ready")
        let (key, path) = try await finish(gateway, back)
        #expect(path == "/previews?status=Ready")
        let session = try #require(try await gateway.gateway.sessions.session(of: key))
        #expect(session.principal.name == "Jane Doe")
        #expect(session.memberships.map { "\($0.organization) \($0.role)" } == ["acme admin", "blue viewer"])
        let blue = try #require(OrganizationName(rawValue: "blue"))
        #expect(session.principal.organization.rawValue == "acme")
        #expect(try await gateway.gateway.sessions.choose(blue, of: key, from: Self.browser))
        let switched = try #require(try await gateway.gateway.sessions.session(of: key))
        #expect(switched.principal.organization == blue)
        #expect(switched.principal.role == .viewer)
        #expect(try await !gateway.gateway.sessions.choose(.default, of: key, from: Self.browser))
        let page = try #require(try await gateway.gateway.signIn.out(key, from: Self.browser))
        #expect(try await provider.open(page, as: "jane") < 400)
        #expect(try await gateway.gateway.sessions.session(of: key) == nil)
        let audit = try await gateway.audit().map { "\($0.actor) \($0.action) \($0.organization)" }
        #expect(audit.prefix(2).sorted() == ["understudy member.add acme", "understudy member.add blue"])
        #expect(
            audit.dropFirst(2) == [
                "Jane Doe session.start acme", "Jane Doe session.switch blue", "Jane Doe session.end blue",
            ])
    }

    @Test func `who belongs to several organizations begins where they may do most`() async throws {
        let (gateway, provider) = try await fixture(roles: "devs=acme:viewer, platform=blue:admin, devs=coral:viewer")
        let session = try await signIn(gateway, provider, as: "jane")
        #expect(session.memberships.map(\.organization.rawValue) == ["acme", "blue", "coral"])
        #expect(session.principal.organization.rawValue == "blue")
        #expect(try await signIn(gateway, provider, as: "joe").principal.organization.rawValue == "acme")
    }

    @Test func `whom no group and no admin admits is refused with what to do`() async throws {
        let (gateway, provider) = try await fixture()
        let back = try await visit(gateway, provider, as: "eve")
        await #expect(throws: SignInRefusal.notAdmitted) { try await finish(gateway, back) }
        #expect(try await gateway.count("sessions") == 0)
        #expect(try await gateway.count("members") == 0)
        #expect(try await gateway.audit().map(\.action) == ["session.refuse"])
    }

    @Test func `a code is worth one session, in the browser that asked for it`() async throws {
        let (gateway, provider) = try await fixture()
        let back = try await visit(gateway, provider, as: "joe")
        let (_, cookie) = try await gateway.gateway.signIn.begin(returnTo: "/")
        var other = back
        other.headers = [.cookie: cookie]
        await #expect(throws: SignInRefusal.startAgain) { try await finish(gateway, other) }
        other.headers = [:]
        await #expect(throws: SignInRefusal.startAgain) { try await finish(gateway, other) }
        _ = try await finish(gateway, back)
        await #expect(throws: SignInRefusal.startAgain) { try await finish(gateway, back) }
    }

    @Test func `a wrong secret, another issuer and the provider's refusal let nobody in`() async throws {
        let (gateway, provider) = try await fixture(secret: "another secret", ownProvider: true)
        let back = try await visit(gateway, provider, as: "joe")
        await #expect(throws: SignInRefusal.startAgain) { try await finish(gateway, back) }
        var other = back
        other.query["iss"] = "https://elsewhere.example.com"
        await #expect(throws: SignInRefusal.startAgain) { try await finish(gateway, other) }
        other = back
        other.query["code"] = nil
        other.query["error"] = "access_denied"
        await #expect(throws: SignInRefusal.providerRefused) { try await finish(gateway, other) }
    }

    @Test func `keys that the provider changes to are fetched, once a minute at most`() async throws {
        let (gateway, provider) = try await fixture(ownProvider: true)
        _ = try await signIn(gateway, provider, as: "joe")
        try await provider.rotateKeys()
        let early = try await visit(gateway, provider, as: "joe")
        await #expect(throws: SignInRefusal.providerNotBelieved) { try await finish(gateway, early) }
        gateway.advance(by: 60)
        _ = try await signIn(gateway, provider, as: "joe")
    }

    @Test func `a provider's clock may be two minutes off, but not more`() async throws {
        let (gateway, provider) = try await fixture()
        gateway.advance(by: -110)
        _ = try await signIn(gateway, provider, as: "joe")
        gateway.advance(by: -60)
        let back = try await visit(gateway, provider, as: "joe")
        await #expect(throws: SignInRefusal.providerNotBelieved) { try await finish(gateway, back) }
    }

    @Test func `an admin admits by address, and what the admin gave stays whatever the groups say`() async throws {
        let (gateway, provider) = try await fixture()
        let acme = try #require(OrganizationName(rawValue: "acme"))
        let members = gateway.gateway.members
        let put = try await members.put(
            "Eve@Example.com", role: .approver, name: nil, organization: acme, cause: Cause(actor: "admin"))
        #expect(put?.isNew == true)
        #expect(put?.member.hasSignedIn == false)
        let eve = try await signIn(gateway, provider, as: "eve")
        #expect(eve.principal.role == .approver)
        let joe = try await signIn(gateway, provider, as: "joe")
        #expect(joe.principal.role == .developer)
        _ = try await members.put(
            "joe@example.com", role: .viewer, name: nil, organization: acme, cause: Cause(actor: "admin"))
        let again = try await signIn(gateway, provider, as: "joe")
        #expect(again.principal.role == .viewer)
        let list = try await members.list(organization: acme)
        #expect(
            list.map { "\($0.name) \($0.role) \($0.source)" } == ["Eve Doe approver admin", "Joe Doe viewer admin"])
        #expect(list.allSatisfy { $0.lastSeenAt != nil })
    }

    @Test func `a role that changes, and a member who is removed, are so in the next request`() async throws {
        let (gateway, provider) = try await fixture()
        let acme = try #require(OrganizationName(rawValue: "acme"))
        let back = try await visit(gateway, provider, as: "jane")
        let (key, _) = try await finish(gateway, back)
        let members = gateway.gateway.members
        #expect(try await gateway.gateway.sessions.session(of: key)?.principal.role == .admin)
        _ = try await members.put(
            "jane@example.com", role: .viewer, name: nil, organization: acme, cause: Cause(actor: "admin"))
        #expect(try await gateway.gateway.sessions.session(of: key)?.principal.role == .viewer)
        #expect(try await members.remove("jane@example.com", organization: acme, cause: Cause(actor: "admin")))
        #expect(try await gateway.gateway.sessions.session(of: key) == nil)
        #expect(try await !members.remove("jane@example.com", organization: acme, cause: Cause(actor: "admin")))
    }

    @Test func `roles follow the groups at each sign-in, and whom none admits any more is out`() async throws {
        let (gateway, provider) = try await fixture()
        let before = try await visit(gateway, provider, as: "joe")
        let (key, _) = try await finish(gateway, before)
        func restarted(roles: String) async throws -> GatewayFixture {
            var configuration = gateway.gateway.configuration
            configuration.openID?.roles = try GroupRoles(roles)
            return try await GatewayFixture(configuration: configuration, sharing: gateway)
        }
        let promoted = try await restarted(roles: "devs=acme:approver")
        let joe = try await signIn(promoted, provider, as: "joe")
        #expect(joe.memberships.map { "\($0.organization) \($0.role)" } == ["acme approver"])
        let closed = try await restarted(roles: "platform=acme:admin")
        let back = try await visit(closed, provider, as: "joe")
        await #expect(throws: SignInRefusal.notAdmitted) { try await finish(closed, back) }
        #expect(try await closed.gateway.sessions.session(of: key) == nil)
        #expect(try await closed.count("sessions") == 0)
        #expect(try await closed.count("members") == 0)
        let changes = try await closed.audit().filter { $0.action.hasPrefix("member.") }.suffix(3).map {
            "\($0.action) \($0.organization) \($0.changes[0].before ?? "-") \($0.changes[0].after ?? "-")"
        }
        #expect(
            Set(changes) == [
                "member.remove blue viewer -", "member.change acme developer approver",
                "member.remove acme approver -",
            ])
    }

    @Test func `a browser is led to the provider and back, or to the page that says why not`() async throws {
        let (gateway, provider) = try await fixture()
        try await gateway.serving {
            let begin = try await gateway.page(.get, "/sign-in/openid?return=/previews")
            #expect(begin.status == 303)
            let cookie = try #require(begin.headers[.setCookie])
            let location = try #require(begin.headers[.location])
            let back = try await provider.signIn("joe", at: location)
            let pair = String(cookie.prefix { $0 != ";" })
            let path = "\(back.path)?\(back.percentEncodedQuery ?? "")"
            let done = try await gateway.page(.get, path, headers: [.cookie: pair])
            #expect(done.status == 303)
            #expect(done.headers[.location] == "/previews")
            let cookies = done.headers[values: .setCookie]
            #expect(cookies.contains { $0.hasPrefix("understudy-session=") })
            #expect(cookies.contains { $0.hasPrefix("understudy-sign-in=; Max-Age=0") })
            let again = try await gateway.page(.get, path, headers: [.cookie: pair])
            #expect(again.headers[.location] == "/sign-in?refused=start-again")
        }
    }

    @Test func `without a provider, or while it is away, that is said`() async throws {
        let without = try await GatewayFixture()
        await #expect(throws: SignInRefusal.noProvider) { try await without.gateway.signIn.begin(returnTo: "/") }
        let gateway = try await GatewayFixture {
            // Nothing listens there.
            $0.openID = OpenIDConfiguration(issuer: "http://127.0.0.1:9", clientID: "understudy")
        }
        await #expect(throws: SignInRefusal.providerUnavailable) {
            try await gateway.gateway.signIn.begin(returnTo: "/")
        }
    }

    @Test func `who signs out of the console is told that the provider still knows them, and led there`() async throws {
        let (gateway, provider) = try await fixture()
        let back = try await visit(gateway, provider, as: "jane")
        let (key, _) = try await finish(gateway, back)
        try await gateway.serving {
            let jane = ConsoleClient(gateway, key: key)
            let page = try await jane.post("/sign-out")
            #expect(page.status == 200)
            #expect(page.text.contains("You are still signed in at 127.0.0.1"))
            #expect(jane.key == nil)
            let link = try #require(page.html.firstMatch(of: /href="(http[^"]+)" rel="noreferrer"/))
            let url = String(link.output.1).replacing("&amp;", with: "&")
            #expect(try await provider.open(url, as: "jane") < 400)
            #expect(try await gateway.gateway.sessions.session(of: key) == nil)
        }
    }
}
