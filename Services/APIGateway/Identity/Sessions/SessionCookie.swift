import Foundation
import HTTPTypes

/// The cookie that holds a session's key.
///
/// Over https its name has the prefix `__Host-`: browsers then take it only from this very host and over TLS, so no
/// neighbouring host can set one.
struct SessionCookie: Sendable, Hashable {
    let name: String
    private let isSecure: Bool
    private let lifetime: Int

    /// - Parameters:
    ///   - publicURL: where people reach the gateway.
    ///   - lifetime: how long browsers keep it, in seconds.
    init(publicURL: PublicURL, lifetime: TimeInterval) {
        isSecure = publicURL.isSecure
        name = isSecure ? "__Host-understudy" : "understudy-session"
        self.lifetime = Int(lifetime)
    }

    /// The key that a request carries.
    func key(in headers: HTTPFields) -> SessionKey? {
        Self.value(of: name, in: headers).flatMap { SessionKey($0) }
    }

    /// The value of `Set-Cookie` that hands a browser its key.
    func setting(_ key: SessionKey) -> String { "\(name)=\(key.secret); Max-Age=\(lifetime)\(attributes)" }

    /// The value of `Set-Cookie` that makes a browser forget its key.
    var clearing: String { "\(name)=; Max-Age=0\(attributes)" }

    private var attributes: String { "; Path=/; HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")" }

    /// The value of the first cookie of a name.
    static func value(of name: String, in headers: HTTPFields) -> Substring? {
        for header in headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let pieces = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                if pieces.count == 2, pieces[0] == name { return pieces[1] }
            }
        }
        return nil
    }
}
