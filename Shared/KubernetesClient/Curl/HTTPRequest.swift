/// A request, independent of where it is sent.
struct HTTPRequest: Sendable {
    /// How much of an answer is held, and when its reader is told.
    enum Delivery: Sendable {
        /// Held whole, up to a limit in bytes.
        case whole(limit: Int)
        /// Handed on as it comes; the server is slowed down while more than this many bytes wait.
        case streamed(window: Int)
    }

    var method: String
    var url: String
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]?
    var delivery: Delivery = .whole(limit: 64 << 20)
    /// How long everything may take; `nil` for no limit.
    var timeout: Duration?
    /// How long nothing may come; `nil` for no limit.
    var idleTimeout: Duration?
    /// Whether it only finds out whether the server answers, and so is sent whatever is known of that.
    var isProbe = false
    /// A client certificate in place of the connection settings' one.
    var certificate: ClientCertificate?
    /// Whether curl may send it once more by itself, as it does when a connection that was kept has died meanwhile.
    var mayBeResent = true
    /// Whether no connection that is open already may be used, as after one of them has not answered.
    var needsFreshConnection = false
}

extension HTTPRequest {
    /// What keeps it from being sent as it is meant, without quoting it; `nil` where nothing does. A line break in a header
    /// would end it and begin another one.
    var fault: String? {
        guard !method.isEmpty, method.utf8.allSatisfy(\.isTokenByte) else { return "the method is no word" }
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else { return "the URL holds a space or a line break" }
        for (name, value) in headers {
            guard !name.isEmpty, name.utf8.allSatisfy(\.isTokenByte) else { return "a header's name is no word" }
            guard value.hasNoControlCharacter else { return "the header \(name) holds a line break" }
        }
        return nil
    }
}

extension String {
    /// Whether it fits into one line, as the value of a header or a part of a URL.
    var hasNoControlCharacter: Bool { utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } }

    /// Whether it can be a bearer token: visible ASCII, at least one character.
    var isBearerToken: Bool { !isEmpty && utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } }
}

extension UInt8 {
    /// Whether it may be part of a method or a header's name (RFC 9110, `tchar`).
    fileprivate var isTokenByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
