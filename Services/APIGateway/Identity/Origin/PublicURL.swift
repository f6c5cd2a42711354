import Foundation

/// Where people reach the gateway with a browser: scheme, host and port.
struct PublicURL: Sendable, Hashable, CustomStringConvertible {
    /// Such as `https://understudy.example.com`, without a slash at the end.
    let description: String

    /// The first label of the host.
    var label: String { String((URLComponents(string: description)?.host ?? "").prefix { $0 != "." }) }

    var isSecure: Bool { description.hasPrefix("https:") }

    /// Reads a URL without path, query and user; `nil` where it is none.
    init?(_ text: String) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty,
            parts.path.isEmpty || parts.path == "/", parts.query == nil, parts.fragment == nil, parts.user == nil
        else { return nil }
        description = "\(scheme)://\(host.lowercased())\(parts.port.map { ":\($0)" } ?? "")"
    }

    /// The one of a server that is reached directly.
    init(host: String, port: Int) {
        description = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    /// The URL of a path on it, which begins with a slash.
    func url(_ path: String) -> String { description + path }
}
