import KubernetesClient
import Testing

@testable import APIGateway

@Suite struct OpenIDClaimsTests {
    @Test(
        arguments: [
            // What the provider tells besides is of another address than the one that it signed.
            (["email": "victim@example.com"], ["email": "spy@example.com", "email_verified": true], nil),
            (["email": "victim@example.com"], ["email_verified": true], nil),
            (["email": "mia@example.com"], ["email": "mia@example.com", "email_verified": true], true),
            ([:], ["email": "mia@example.com", "email_verified": true], true),
            (
                ["email": "mia@example.com", "email_verified": false],
                ["email": "mia@example.com", "email_verified": true], false
            ),
        ] as [([String: JSONValue], [String: JSONValue], Bool?)])
    func `an address is verified where that was said of it`(
        signed: [String: JSONValue], told: [String: JSONValue], isVerified: Bool?
    ) {
        #expect(OpenIDSignIn.merging(signed, told)["email_verified"]?.bool == isVerified)
    }

    @Test(arguments: [
        (["Mia", "mia"], "Mia"), (["", "mia"], "mia"), ([], "subject s-1"),
        (["understudy", "mia"], "mia"),
        (["Admin"], "subject s-1"), ([" unknown\n"], "subject s-1"), (["a\nb\u{202E}c\u{0}"], "abc"),
        (["👩‍👩‍👧 שלום"], "👩‍👩‍👧 שלום"),
    ])
    func `people are called what they call themselves, but by nobody else's name`(
        names: [String], name: String
    ) {
        #expect(OpenIDSignIn.name(names, subject: "s-1") == name)
    }

    @Test func `a name is short in bytes, too`() {
        let name = OpenIDSignIn.name(
            [String(repeating: "a" + String(repeating: "\u{301}", count: 900), count: 50)], subject: "s")
        #expect(name.utf8.count <= 300)
    }
}
