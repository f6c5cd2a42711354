import Foundation
import KubernetesClient

/// What an ID token has to say for someone to be signed in (OpenID Connect Core 1.0, section 3.1.3.7). Pure.
struct IDTokenChecks: Sendable {
    let issuer: String
    let clientID: String
    let nonce: String
    /// How far the provider's clock may be from ours, in seconds.
    var clockSkew: TimeInterval = 120

    /// Checks the claims of a token whose signature is right.
    ///
    /// - Returns: the subject.
    /// - Throws: ``OpenIDFailure`` with what is wrong.
    func subject(of claims: [String: JSONValue], now: Date) throws(OpenIDFailure) -> String {
        guard claims["iss"]?.string == issuer else {
            throw .invalid("the ID token is of \(claims["iss"]?.string ?? "nobody")")
        }
        let audience = claims["aud"]?.array?.compactMap(\.string) ?? claims["aud"]?.string.map { [$0] } ?? []
        guard audience.contains(clientID) else { throw .invalid("the ID token is for another client") }
        let party = claims["azp"]?.string
        guard party == nil || party == clientID, audience.count == 1 || party != nil else {
            throw .invalid("the ID token was given to another client")
        }
        guard let expiry = claims["exp"]?.seconds, now.timeIntervalSince1970 < expiry + clockSkew else {
            throw .invalid("the ID token has expired; compare the provider's clock with this machine's")
        }
        guard let issued = claims["iat"]?.seconds, issued <= now.timeIntervalSince1970 + clockSkew else {
            throw .invalid("the ID token is of the future; compare the provider's clock with this machine's")
        }
        if let notBefore = claims["nbf"]?.seconds, notBefore > now.timeIntervalSince1970 + clockSkew {
            throw .invalid("the ID token is of the future; compare the provider's clock with this machine's")
        }
        guard claims["nonce"]?.string == nonce else { throw .invalid("the ID token answers another request") }
        guard let subject = claims["sub"]?.string, (1...255).contains(subject.utf8.count) else {
            throw .invalid("the ID token names nobody")
        }
        return subject
    }
}

extension JSONValue {
    /// A number of seconds.
    fileprivate var seconds: TimeInterval? { int.map { TimeInterval($0) } ?? double }
}
