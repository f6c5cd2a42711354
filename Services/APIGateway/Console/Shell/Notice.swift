import Crypto
import Foundation
import HTTPTypes
import Hummingbird

/// What the next page says of what was just done, carried over the redirect in a cookie that is read once.
///
/// A host beside the console's, such as that of a preview, can set the same cookie; so the gateway shows only what it
/// wrote itself.
struct Notice: Sendable, Hashable {
    private enum Kind: String {
        case success, failure
    }

    var text: String
    var isFailure: Bool

    static func success(_ text: String) -> Notice { Notice(text: text, isFailure: false) }
    static func failure(_ text: String) -> Notice { Notice(text: text, isFailure: true) }

    private static let cookie = "understudy-notice"
    /// Known to this process only; a notice that outlives it is not worth keeping.
    private static let key = SymmetricKey(size: .bits256)

    /// The value of a `Set-Cookie` header that carries it.
    var header: String {
        // A cookie holds 4 KiB; a text that long helps nobody anyway.
        let data = Data("\((isFailure ? Kind.failure : .success).rawValue) \(text.shortened(toBytes: 1200))".utf8)
        let code = Data(HMAC<SHA256>.authenticationCode(for: data, using: Self.key))
        return "\(Self.cookie)=\(data.base64URL).\(code.base64URL); Path=/; Max-Age=60; HttpOnly; SameSite=Lax"
    }

    /// The value of a `Set-Cookie` header that takes it away.
    static let clearing = "\(cookie)=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"

    /// Reads what a request carries. What an open page fetches by itself leaves the notice to the page that the person is
    /// being led to.
    init?(_ request: Request) {
        guard HTTPField.Name("X-Understudy-Live").flatMap({ request.headers[$0] }) == nil,
            let halves = request.cookies[Self.cookie]?.value.split(separator: "."), halves.count == 2,
            let data = Data(base64URL: String(halves[0])), let code = Data(base64URL: String(halves[1])),
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: data, using: Self.key)
        else { return nil }
        let pieces = String(decoding: data, as: UTF8.self).split(separator: " ", maxSplits: 1)
        guard pieces.count == 2, let kind = Kind(rawValue: String(pieces[0])) else { return nil }
        self.init(text: String(pieces[1]), isFailure: kind == .failure)
    }

    private init(text: String, isFailure: Bool) {
        self.text = text
        self.isFailure = isFailure
    }
}
