import Crypto
import Foundation

/// What a browser holds to prove its session: 256 random bits, as text. Whoever has it is signed in, so it is in no log
/// and in no table.
struct SessionKey: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The text of the cookie.
    let secret: String

    /// A new one.
    static func random() -> SessionKey {
        SessionKey(secret: Data(SymmetricKey(size: .bits256).withUnsafeBytes(Array.init)).base64URL)
    }

    /// Reads the text of a cookie; `nil` where it can't be one.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count == 43,
            text.utf8.allSatisfy({ byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            })
        else { return nil }
        secret = String(text)
    }

    private init(secret: String) { self.secret = secret }

    /// What is stored of it.
    var hash: String { SHA256.hash(data: Data(secret.utf8)).hexadecimal }

    /// The token that the session's forms carry. It can be had from the key only, so nothing has to be stored for it.
    var csrfToken: String {
        Data(
            HMAC<SHA256>.authenticationCode(
                for: Data("understudy form".utf8), using: SymmetricKey(data: Data(secret.utf8)))
        ).base64URL
    }

    var description: String { "session key" }
    var debugDescription: String { description }
}

extension Sequence<UInt8> {
    /// The bytes in lower-case hexadecimal digits.
    var hexadecimal: String {
        map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0\(digits)" : digits
        }.joined()
    }
}
