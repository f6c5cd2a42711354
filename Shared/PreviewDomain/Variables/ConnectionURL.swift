/// A database URL taken apart: any scheme, JDBC's `jdbc:…` included, user and password, several hosts, a path, a query.
///
/// `URLComponents` refuses the several hosts that PostgreSQL allows, and would not give back what it did not change as
/// it was written.
struct ConnectionURL {
    /// A host with the port that is written beside it.
    struct Host: Equatable {
        var name: String
        var port: String?

        var text: String { port.map { "\(name):\($0)" } ?? name }
    }

    /// Everything before `://`, such as `postgresql` or `jdbc:postgresql`.
    var scheme: String
    /// Percent-encoded, as written.
    var user: String?
    var password: String?
    var hosts: [Host]
    /// The path without its slash, percent-encoded; the database's name.
    var path: String?
    /// The query's pairs, percent-encoded, as written.
    var query: [(name: String, value: String?)]
    /// What comes after `#`.
    var fragment: String?

    /// Takes a text apart, or returns `nil` where it has no `://` or no host.
    init?(_ text: String) {
        guard let separator = text.firstRange(of: "://"), !text.contains(where: \.isNewline) else { return nil }
        scheme = String(text[..<separator.lowerBound])
        guard let first = scheme.first, first.isLetter,
            scheme.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.:".contains($0)) })
        else { return nil }

        var rest = text[separator.upperBound...]
        if let mark = rest.firstIndex(of: "#") {
            fragment = String(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        query = []
        if let mark = rest.firstIndex(of: "?") {
            query = Self.pairs(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        if let slash = rest.firstIndex(of: "/") {
            path = String(rest[rest.index(after: slash)...])
            rest = rest[..<slash]
        }
        if let at = rest.lastIndex(of: "@") {
            let userInfo = rest[..<at]
            if let colon = userInfo.firstIndex(of: ":") {
                user = String(userInfo[..<colon])
                password = String(userInfo[userInfo.index(after: colon)...])
            } else {
                user = String(userInfo)
            }
            rest = rest[rest.index(after: at)...]
        }
        hosts = rest.split(separator: ",").map { Self.host($0) }
        guard !hosts.isEmpty || query.contains(where: { $0.name == "host" }) else { return nil }
    }

    /// The URL, with everything that was not changed as it was.
    var text: String {
        var text = scheme + "://"
        if let user { text += user + (password.map { ":" + $0 } ?? "") + "@" }
        text += hosts.map(\.text).joined(separator: ",")
        if let path { text += "/" + path }
        if !query.isEmpty {
            text += "?" + query.map { name, value in value.map { "\(name)=\($0)" } ?? name }.joined(separator: "&")
        }
        if let fragment { text += "#" + fragment }
        return text
    }

    private static func host(_ text: Substring) -> Host {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let after = text[text.index(after: end)...]
            return Host(name: String(text[...end]), port: after.hasPrefix(":") ? String(after.dropFirst()) : nil)
        }
        guard let colon = text.lastIndex(of: ":") else { return Host(name: String(text), port: nil) }
        return Host(name: String(text[..<colon]), port: String(text[text.index(after: colon)...]))
    }

    private static func pairs(_ text: Substring) -> [(name: String, value: String?)] {
        text.split(separator: "&", omittingEmptySubsequences: false).map { pair in
            guard let mark = pair.firstIndex(of: "=") else { return (String(pair), nil) }
            return (String(pair[..<mark]), String(pair[pair.index(after: mark)...]))
        }
    }
}
