import Crypto
import Foundation
import HTTPTypes

/// What is remembered while someone is at the provider: in a cookie of theirs, so that nothing has to be kept for those
/// who never come back, and nobody's answer can be given to another browser.
///
/// State, nonce and verifier are derived from the cookie's random secret.
struct PendingSignIn: Sendable, Hashable {
    private let secret: String
    /// The page to go on with.
    let returnPath: String

    /// Begins one.
    init(returnTo path: String) {
        secret = SessionKey.random().secret
        returnPath = ReturnPath(path).path
    }

    /// Reads the cookie.
    init?(headers: HTTPFields, isSecure: Bool) {
        guard let value = SessionCookie.value(of: Self.name(isSecure: isSecure), in: headers) else { return nil }
        let pieces = value.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard pieces.count == 2, let key = SessionKey(pieces[0]), let path = Data(base64URL: String(pieces[1])) else {
            return nil
        }
        secret = key.secret
        returnPath = ReturnPath(String(decoding: path, as: UTF8.self)).path
    }

    /// What the provider has to bring back.
    var state: String { derived("state") }
    /// What the ID token has to say.
    var nonce: String { derived("nonce") }
    /// What proves that whoever brings the code asked for it.
    var verifier: String { derived("verifier") }
    /// What the code is asked for with.
    var challenge: String { Data(SHA256.hash(data: Data(verifier.utf8))).base64URL }

    /// Whether the provider brought back what it was given. Takes as long for any wrong answer.
    func accepts(state answer: String) -> Bool {
        SHA256.hash(data: Data(answer.utf8)) == SHA256.hash(data: Data(state.utf8))
    }

    /// The value of `Set-Cookie` that keeps it for ten minutes.
    func setting(isSecure: Bool) -> String {
        "\(Self.name(isSecure: isSecure))=\(secret).\(Data(returnPath.utf8).base64URL); Max-Age=600"
            + Self.attributes(isSecure: isSecure)
    }

    /// The value of `Set-Cookie` that forgets it.
    static func clearing(isSecure: Bool) -> String {
        "\(name(isSecure: isSecure))=; Max-Age=0\(attributes(isSecure: isSecure))"
    }

    private static func name(isSecure: Bool) -> String { isSecure ? "__Host-understudy-sign-in" : "understudy-sign-in" }

    private static func attributes(isSecure: Bool) -> String {
        "; Path=/; HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")"
    }

    private func derived(_ use: String) -> String {
        Data(
            HMAC<SHA256>.authenticationCode(
                for: Data("understudy \(use)\n\(returnPath)".utf8), using: SymmetricKey(data: Data(secret.utf8)))
        ).base64URL
    }
}
