extension KubernetesConfiguration {
    /// What requests' paths are appended to. A server with a name of its own for TLS is addressed by that name.
    var baseURL: String {
        let trimmed = server.hasSuffix("/") ? String(server.dropLast()) : server
        guard let serverName, let parts = ServerParts(trimmed) else { return trimmed }
        return "\(parts.scheme)://\(serverName):\(parts.port)\(parts.path)"
    }

    /// The Host header, where the URL does not carry it.
    var hostHeader: String? {
        guard serverName != nil, let parts = ServerParts(server) else { return nil }
        return "\(parts.host):\(parts.port)"
    }

    /// How connections to the server are made.
    func connectionSettings(connectTimeout: Duration) -> HTTPConnectionSettings {
        var settings = HTTPConnectionSettings()
        settings.certificateAuthority = certificateAuthority.map { Array($0) }
        settings.clientCertificate = clientCertificate.map { Array($0) }
        settings.clientKey = clientKey.map { Array($0) }
        settings.skipsVerification = skipsVerification
        // As with client-go, the proxy resolves the names.
        settings.proxy = proxy.map { $0.hasPrefix("socks5://") ? "socks5h" + $0.dropFirst(6) : $0 }
        settings.isCompressed = !disablesCompression
        settings.connectTimeout = connectTimeout
        if serverName != nil, let parts = ServerParts(server) {
            settings.connectTo = "::\(parts.host):\(parts.port)"
        }
        return settings
    }
}

/// A server URL in parts, with the port always given.
struct ServerParts: Equatable {
    var scheme: String
    /// As in the URL, so an IPv6 address is in brackets.
    var host: String
    var port: Int
    var path: String

    init?(_ url: String) {
        let pieces = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard pieces.count >= 3, pieces[1].isEmpty, ["http:", "https:"].contains(pieces[0]) else { return nil }
        scheme = String(pieces[0].dropLast())
        let authority = pieces[2]
        path = pieces.count > 3 && !pieces[3].isEmpty ? "/" + pieces[3] : ""
        let portStart = authority.lastIndex(of: ":").flatMap { colon in
            authority[colon...].contains("]") ? nil : colon
        }
        if let portStart {
            guard let number = Int(authority[authority.index(after: portStart)...]), (1...65535).contains(number) else {
                return nil
            }
            port = number
            host = String(authority[..<portStart])
        } else {
            port = scheme == "https" ? 443 : 80
            host = String(authority)
        }
        guard !host.isEmpty, !host.contains("@") else { return nil }
    }
}
