import Foundation
import HTTPTypes
import KubernetesClient
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct OpenIDRulesTests {
    @Test(arguments: [
        ("platform=acme:admin, devs=acme:developer", ["platform", "devs"], ["acme admin"]),
        ("platform=acme:admin, devs=acme:developer", ["devs"], ["acme developer"]),
        ("devs=acme:developer,devs=blue:viewer", ["devs"], ["acme developer", "blue viewer"]),
        ("*=acme:viewer, devs=acme:developer", [], ["acme viewer"]),
        ("cn=devs,ou=groups=acme:viewer;ops=acme:admin", ["cn=devs,ou=groups"], ["acme viewer"]),
        ("devs=acme:developer", ["Devs", "dev"], []), ("", ["devs"], []),
    ])
    func `groups give the highest role in each organization`(text: String, groups: [String], expected: [String]) throws
    {
        let roles = try GroupRoles(text).roles(of: groups)
        #expect(roles.map { "\($0.key) \($0.value.rawValue)" }.sorted() == expected)
    }

    @Test(arguments: ["devs", "devs=acme", "devs=acme:king", "=acme:admin", "devs=A B:admin", "devs=acme:admin:x"])
    func `what gives no role is refused`(text: String) {
        #expect(throws: GroupRoles.Unreadable.self) { try GroupRoles(text) }
    }

    private static let now = Date(timeIntervalSince1970: 1_780_000_000)
    private static let right: [String: JSONValue] = [
        "iss": "https://id.example.com", "aud": "understudy", "sub": "jane", "nonce": "n", "iat": 1_779_999_990,
        "exp": 1_780_000_300,
    ]

    @Test func `a right ID token names its subject`() throws {
        let checks = IDTokenChecks(issuer: "https://id.example.com", clientID: "understudy", nonce: "n")
        #expect(try checks.subject(of: Self.right, now: Self.now) == "jane")
        let many = Self.right.merging(["aud": ["other", "understudy"], "azp": "understudy"]) { $1 }
        #expect(try checks.subject(of: many, now: Self.now) == "jane")
    }

    @Test(
        arguments: [
            ("iss", "https://id.example.org"), ("iss", nil), ("aud", "another"), ("aud", ["understudy", "another"]),
            ("aud", nil), ("azp", "another"), ("nonce", "m"), ("nonce", nil), ("sub", ""), ("sub", nil),
            ("exp", 1_779_999_880), ("exp", nil), ("exp", "tomorrow"), ("iat", 1_780_000_121), ("iat", nil),
            ("nbf", 1_780_000_121),
        ] as [(String, JSONValue?)])
    func `an ID token with a wrong claim is refused`(claim: String, value: JSONValue?) {
        var claims = Self.right
        claims[claim] = value
        let checks = IDTokenChecks(issuer: "https://id.example.com", clientID: "understudy", nonce: "n")
        #expect(throws: OpenIDFailure.self) { try checks.subject(of: claims, now: Self.now) }
    }

    @Test(arguments: [
        ("/previews?status=Ready", "/previews?status=Ready"), ("//evil.example.com", "/previews"),
        ("https://evil.example.com", "/previews"), ("/\\evil.example.com", "/previews"), ("", "/previews"),
        ("/a\r\nSet-Cookie: x", "/previews"),
    ])
    func `nobody is led to another host after signing in`(path: String, expected: String) throws {
        let pending = PendingSignIn(returnTo: path)
        #expect(pending.returnPath == expected)
        let cookie = pending.setting(isSecure: true).prefix { $0 != ";" }
        let read = try #require(PendingSignIn(headers: [.cookie: String(cookie)], isSecure: true))
        #expect(read == pending)
        #expect(read.accepts(state: pending.state))
        #expect(!read.accepts(state: PendingSignIn(returnTo: path).state))
    }

    @Test(arguments: [
        ("http://id.example.com/token", false), ("https://id.example.com/token", true),
        ("http://127.0.0.1:5000/token", true), ("http://127.evil.example.com/", false), ("file:///etc/passwd", false),
    ])
    func `only safe endpoints are talked to`(url: String, isTrusted: Bool) {
        #expect(OpenIDConfiguration.isTrustworthy(url) == isTrusted)
    }

    @Test func `every refusal says what to do and survives the way to the page`() {
        let all: [SignInRefusal] = [
            .unknownToken, .tooManyAttempts(retryAfter: 17), .startAgain, .providerRefused, .providerUnavailable,
            .providerNotBelieved, .notAdmitted, .noProvider,
        ]
        for refusal in all {
            #expect(SignInRefusal(code: refusal.code) == refusal)
            #expect((400..<600).contains(refusal.status))
        }
        #expect(SignInRefusal(code: "<script>") == nil)
    }
}
