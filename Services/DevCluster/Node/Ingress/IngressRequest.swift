/// The head of an HTTP/1 request as the entry point reads and rewrites it.
struct IngressRequest: Sendable {
    var line: String
    var headers: [(name: String, value: String)]

    /// `nil` when the text is no request head.
    init?(head: String) {
        var lines = head.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
        line = lines.removeFirst()
        guard line.split(separator: " ").count == 3, line.contains(" HTTP/1.") else { return nil }
        headers = []
        for text in lines where !text.isEmpty {
            guard let colon = text.firstIndex(of: ":") else { return nil }
            let value = text[text.index(after: colon)...]
            headers.append((String(text[..<colon]), value.trimmingSpaces))
        }
    }

    subscript(name: String) -> String? {
        headers.first { $0.name.lowercased() == name }?.value
    }

    /// The host asked for, without its port.
    var host: String {
        let target = line.split(separator: " ")[1]
        if target.hasPrefix("http://"), let authority = target.dropFirst(7).split(separator: "/").first {
            return String(authority.prefix { $0 != ":" })
        }
        return (self["host"] ?? "").prefix { $0 != ":" }.lowercased()
    }

    /// The path asked for, without its query.
    var path: String {
        var target = line.split(separator: " ")[1]
        if target.hasPrefix("http://") { target = target.dropFirst(7).drop { $0 != "/" } }
        return String(target.prefix { $0 != "?" })
    }

    /// The head that the pod gets: who asked is added, and unless the protocol is to change, the connection is used
    /// for this one request.
    func forwarded(for client: String, isTLS: Bool, port: Int) -> String {
        let isUpgrade = self["upgrade"] != nil && self["connection"]?.lowercased().contains("upgrade") == true
        var kept = headers.filter { header in
            let name = header.name.lowercased()
            let isOurs = name.hasPrefix("x-forwarded-") || name == "x-real-ip"
            let isPerConnection = name == "connection" || name == "keep-alive" || name == "proxy-connection"
            return !isOurs && (isUpgrade || !isPerConnection)
        }
        let before = self["x-forwarded-for"].map { $0 + ", " } ?? ""
        kept += [
            ("X-Forwarded-For", before + client), ("X-Real-IP", client),
            ("X-Forwarded-Proto", isTLS ? "https" : "http"), ("X-Forwarded-Host", self["host"] ?? host),
            ("X-Forwarded-Port", String(port)),
        ]
        if !isUpgrade { kept.append(("Connection", "close")) }
        return line + "\r\n" + kept.map { "\($0.name): \($0.value)\r\n" }.joined() + "\r\n"
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
