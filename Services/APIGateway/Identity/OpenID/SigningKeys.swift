import Foundation
import JWTKit
import KubernetesClient

/// The keys with which a provider signs.
struct SigningKeys: Sendable {
    private let keys: [JWK]

    /// Reads a JWK set. Keys of kinds that are not known, and those for encryption, are left out.
    ///
    /// - Throws: ``OpenIDFailure`` where it is no JWK set.
    init(document: [UInt8]) throws(OpenIDFailure) {
        guard let members = (try? JSONValue(parsing: document))?["keys"].array else {
            throw .invalid("the provider's keys can't be read")
        }
        keys = members.compactMap { member in
            // A secret both can sign and verify with has no place among public keys.
            guard member["use"].string != "enc", member["kty"].string != "oct" else { return nil }
            return try? JWK(json: String(decoding: member.serializedBytes(), as: UTF8.self))
        }
    }

    /// Whether there is a key of an id, or any for a token that names none.
    func has(_ id: String?) -> Bool {
        id.map { id in keys.contains { $0.keyIdentifier?.string == id } } ?? !keys.isEmpty
    }

    /// The claims of a token that one of the keys signed.
    ///
    /// - Parameter algorithms: those that the provider says it signs with.
    /// - Throws: ``OpenIDFailure`` where none did.
    func claims(of token: String, algorithms: [String]?) async throws -> [String: JSONValue] {
        let header = try Self.header(of: token)
        guard let algorithm = header["alg"].string, Self.algorithms.contains(algorithm),
            algorithms?.contains(algorithm) ?? true
        else { throw OpenIDFailure.invalid("the ID token is signed with \(header["alg"].string ?? "nothing")") }
        guard header.object?["crit"] == nil else {
            throw OpenIDFailure.invalid("the ID token has critical parts, none of which is understood")
        }
        let id = header["kid"].string
        let candidates = id.map { id in keys.filter { $0.keyIdentifier?.string == id } } ?? keys
        for var key in candidates {
            key.keyIdentifier = JWKIdentifier(string: id ?? "the only one")
            let collection = JWTKeyCollection()
            // A key that can't be used is none that signed the token.
            guard (try? await collection.add(jwk: key)) != nil,
                let claims = try? await collection.verify(token, as: Claims.self)
            else { continue }
            return claims.members
        }
        throw OpenIDFailure.invalid("no key of the provider's signed the ID token (key \(id ?? "unnamed"))")
    }

    /// The id of the key that a token names.
    static func keyID(of token: String) throws(OpenIDFailure) -> String? { try header(of: token)["kid"].string }

    private static func header(of token: String) throws(OpenIDFailure) -> JSONValue {
        guard token.utf8.count <= 64 << 10, let first = token.split(separator: ".").first,
            let bytes = Data(base64URL: String(first)), let header = try? JSONValue(parsing: Array(bytes))
        else { throw .invalid("the ID token is no JSON Web Token") }
        return header
    }

    /// Only signatures that a public key verifies.
    private static let algorithms: Set = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    ]

    private struct Claims: JWTPayload {
        let members: [String: JSONValue]

        init(from decoder: any Decoder) throws {
            members = try decoder.singleValueContainer().decode([String: JSONValue].self)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(members)
        }

        /// What they say is checked by whoever knows what was asked for.
        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }
}
