/// The start of an answer.
struct HTTPResponseHead: Sendable, Equatable {
    var status: Int
    /// By name in lower case; of a name sent twice, the values joined by a comma.
    var headers: [String: String]

    /// Whether there is a server, but none that could do anything, as behind a load balancer without an API server.
    var isOutage: Bool { [500, 502, 503, 504].contains(status) }
}

/// A whole answer.
struct HTTPResponse: Sendable {
    var head: HTTPResponseHead
    var body: [UInt8]
}

extension HTTPResponseHead {
    /// Takes the next line of an answer's start, with its line break; says whether that makes it whole. An interim
    /// answer (1xx) is followed by the real one.
    mutating func append(line: String) -> Bool {
        let line = Self.trim(line[...])
        if line.hasPrefix("HTTP/") {
            let status = line.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) }
            self = HTTPResponseHead(status: status ?? 0, headers: [:])
        } else if let colon = line.firstIndex(of: ":") {
            let name = line[..<colon].lowercased()
            let value = Self.trim(line[line.index(after: colon)...])
            headers[name] = headers[name].map { "\($0), \(value)" } ?? String(value)
        }
        return line.isEmpty && status >= 200
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
