import GRDB
import HTTPTypes
import HummingbirdTesting
import KubernetesClient
import Persistence
import Testing

@testable import APIGateway

@Suite struct RequestOriginTests {
    @Test(arguments: [
        ("192.0.2.9", "", "10.0.0.0/8", "192.0.2.9"),
        // Whoever comes directly is not believed.
        ("192.0.2.9", "203.0.113.5", "10.0.0.0/8", "192.0.2.9"),
        ("192.0.2.9", "203.0.113.5", "", "192.0.2.9"),
        ("10.1.2.3", "203.0.113.5", "10.0.0.0/8", "203.0.113.5"),
        // What the client wrote itself stands before what the proxy added.
        ("10.1.2.3", "1.1.1.1, 203.0.113.5", "10.0.0.0/8", "203.0.113.5"),
        ("10.1.2.3", "203.0.113.5, 10.9.9.9", "10.0.0.0/8", "203.0.113.5"),
        ("10.1.2.3", "nonsense", "10.0.0.0/8", "10.1.2.3"),
        ("::ffff:10.1.2.3", "203.0.113.5", "10.0.0.0/8, ::1", "203.0.113.5"),
        ("::1", "2001:db8::5", "10.0.0.0/8, ::1", "2001:db8::5"),
        ("127.0.0.1", "2001:db8::5", "127.0.0.1", "2001:db8::5"),
    ])
    func `only trusted proxies are believed`(peer: String, chain: String, trusted: String, client: String) throws {
        let proxies = try TrustedProxies(trusted)
        let headers: HTTPFields = [try #require(HTTPField.Name("X-Forwarded-For")): chain, .userAgent: "curl/8"]
        let origin = RequestOrigin(headers: headers, peer: peer, proxies: proxies)
        #expect(origin == RequestOrigin(address: client, userAgent: "curl/8"))
    }

    @Test(arguments: [("", "127.0.0.1"), ("127.0.0.0/8", "203.0.113.5")])
    func `the audit tells the connection's address, or what a trusted proxy says`(
        trusted: String, address: String
    ) async throws {
        let proxies = try TrustedProxies(trusted)
        let gateway = try await GatewayFixture {
            $0.trustedProxies = proxies
            $0.port = 0
        }
        try await gateway.serving(.live) {
            let answer = try await gateway.call(
                .put, "/members/mia@example.com", body: #"{"role": "viewer"}"#,
                headers: ["X-Forwarded-For": "198.51.100.1, 203.0.113.5"])
            #expect(answer.status == 201)
        }
        #expect(try await gateway.audit().map(\.address) == [address])
    }

    @Test func `what a script of a page changes is told as the console's`() async throws {
        let gateway = try await GatewayFixture.withShop()
        let key = try await gateway.gateway.signIn.with(token: GatewayFixture.adminToken, from: RequestOrigin())
        let session = try #require(try await gateway.gateway.sessions.session(of: key))
        try await gateway.serving {
            let answer = try await gateway.call(
                .post, "/previews", body: Shop.creation, token: nil,
                headers: ["Cookie": "understudy-session=\(key.secret)", "X-CSRF-Token": session.csrfToken])
            #expect(answer.json["origin"].string == "console")
        }
        let told = try await gateway.audit().map { "\($0.actor) \($0.action) \($0.channel?.rawValue ?? "-")" }
        #expect(told == ["admin session.start console", "admin preview.create console"])
    }

    @Test(arguments: ["10.0.0.0/33", "proxy.example.com", "10.0.0.0/8 10.1.1.1", "1.2.3"])
    func `what is no address is refused`(text: String) {
        #expect(throws: TrustedProxies.Unreadable.self) { try TrustedProxies(text) }
    }

    @Test(arguments: [
        ("https://understudy.example.com/", "https://understudy.example.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("HTTPS://A.example", "https://a.example"),
        ("ftp://a.example", nil), ("https://a.example/path", nil), ("https://me@a.example", nil), ("a.example", nil),
    ])
    func `a public URL has no path`(text: String, expected: String?) {
        #expect(PublicURL(text)?.description == expected)
    }

    @Test(arguments: [
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "4bf92f3577b34da6a3ce929d0e0e4736"),
        (String(repeating: "x", count: 55), nil), ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", nil),
    ])
    func `a request's trace goes on in the messages, where it is one`(header: String, trace: String?) async throws {
        let gateway = try await GatewayFixture.withShop()
        try await gateway.serving {
            let body = #"""
                {"name": "a", "cluster": "local", "services": [{"application": "shop/orders", "targetVersion": "2"}]}
                """#
            let answer = try await gateway.call(.post, "/previews", body: body, headers: ["traceparent": header])
            #expect(answer.status == 201)
        }
        let messages = try await gateway.gateway.store.database.read { database in
            try String.fetchAll(database, sql: "SELECT message FROM outbox")
        }
        let traces = messages.compactMap { message in
            message.firstMatch(of: /"traceParent":"00-([0-9a-f]{32})-[0-9a-f]{16}-01"/).map { String($0.output.1) }
        }
        #expect(!traces.isEmpty)
        #expect(trace == nil || Set(traces) == [trace])
        #expect(messages.allSatisfy { !$0.contains(header) || trace != nil })
    }
}
