import Crypto
import Foundation
import KubernetesClient
import Testing

@testable import APIGateway

@Suite struct SigningKeysTests {
    private let key = P256.Signing.PrivateKey()
    private let other = P256.Signing.PrivateKey()

    private func document(
        _ key: P256.Signing.PrivateKey, id: String? = "k1", more: [JSONValue] = []
    ) -> [UInt8] {
        JSONValue.object(["keys": .array([Self.jwk(key, id: id)] + more)]).serializedBytes()
    }

    private static func jwk(_ key: P256.Signing.PrivateKey, id: String?) -> JSONValue {
        let point = key.publicKey.rawRepresentation
        var members: [String: JSONValue] = [
            "kty": "EC", "crv": "P-256", "alg": "ES256", "x": .string(Data(point.prefix(32)).base64URL),
            "y": .string(Data(point.suffix(32)).base64URL),
        ]
        members["kid"] = id.map { .string($0) }
        return .object(members)
    }

    private static func part(_ members: [String: JSONValue]) -> String {
        Data(JSONValue.object(members).serializedBytes()).base64URL
    }

    private func token(
        _ header: [String: JSONValue], by key: P256.Signing.PrivateKey, claims: [String: JSONValue] = ["sub": "jane"]
    ) throws -> String {
        let text = "\(Self.part(header)).\(Self.part(claims))"
        return "\(text).\(try key.signature(for: Data(text.utf8)).rawRepresentation.base64URL)"
    }

    private func claims(of token: String, keys: [UInt8]) async throws -> [String: JSONValue] {
        try await SigningKeys(document: keys).claims(of: token, algorithms: nil)
    }

    @Test(arguments: ["k1", nil]) func `what the provider signed is believed`(id: String?) async throws {
        var header: [String: JSONValue] = ["alg": "ES256", "typ": "JWT"]
        header["kid"] = id.map { .string($0) }
        let believed = try await claims(of: try token(header, by: key), keys: document(key, id: id))
        #expect(believed["sub"]?.string == "jane")
    }

    @Test(
        arguments: [
            ["alg": "none", "kid": "k1"], ["kid": "k1"], ["alg": "None", "kid": "k1"], ["alg": "HS256", "kid": "k1"],
            ["alg": "ES256", "kid": "k2"], ["alg": 256, "kid": "k1"],
            // What must be understood and is not; an extension may say that the payload is something else.
            ["alg": "ES256", "kid": "k1", "crit": ["b64"], "b64": false],
        ] as [[String: JSONValue]])
    func `a header that the provider would not write is refused`(header: [String: JSONValue]) async throws {
        let signed = try token(header, by: key)
        await #expect(throws: OpenIDFailure.self) { try await claims(of: signed, keys: document(key)) }
        let bare = "\(signed.split(separator: ".").dropLast().joined(separator: "."))."
        await #expect(throws: OpenIDFailure.self) { try await claims(of: bare, keys: document(key)) }
    }

    @Test func `a signature of another key is refused, also where the token brings that key along`() async throws {
        let header: [String: JSONValue] = ["alg": "ES256", "kid": "k1", "jwk": Self.jwk(other, id: "k1")]
        let forged = try token(header, by: other)
        await #expect(throws: OpenIDFailure.self) { try await claims(of: forged, keys: document(key)) }
        let nameless = try token(["alg": "ES256"], by: other)
        await #expect(throws: OpenIDFailure.self) { try await claims(of: nameless, keys: document(key)) }
    }

    @Test func `no public text is taken for a secret key`() async throws {
        let point = key.publicKey.x963Representation
        for secret in [point, Data(document(key)), Data("k1".utf8), Data()] {
            let text = "\(Self.part(["alg": "HS256", "kid": "k1"])).\(Self.part(["sub": "jane"]))"
            let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: secret))
            let oct: JSONValue = ["kty": "oct", "kid": "k1", "alg": "HS256", "k": .string(secret.base64URL)]
            let forged = "\(text).\(Data(code).base64URL)"
            await #expect(throws: OpenIDFailure.self) {
                try await claims(of: forged, keys: document(key, more: [oct]))
            }
        }
    }

    @Test(arguments: ["", ".", "..", "a.b", "a.b.c", "e30.e30.e30", "e30", "💥.💥.💥", "eyJhbGciOiJFUzI1NiJ9"])
    func `what is no token is refused`(text: String) async {
        await #expect(throws: OpenIDFailure.self) { try await claims(of: text, keys: document(key)) }
    }

    @Test func `a token whose claims were changed, or that has more parts, is refused`() async throws {
        let right = try token(["alg": "ES256", "kid": "k1"], by: key)
        var parts = right.split(separator: ".").map(String.init)
        await #expect(throws: OpenIDFailure.self) { try await claims(of: right + ".e30", keys: document(key)) }
        parts[1] = Self.part(["sub": "joe"])
        let changed = parts.joined(separator: ".")
        await #expect(throws: OpenIDFailure.self) { try await claims(of: changed, keys: document(key)) }
    }
}
