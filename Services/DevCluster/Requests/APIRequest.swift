import KubernetesClient

/// A request as the API sees it, apart from the HTTP library.
struct APIRequest: Sendable {
    var method: String
    /// The path's segments, percent-decoded.
    var path: [String]
    /// The path as sent, without its query.
    var rawPath: String
    var query: [String: String]
    /// Headers by lower-case name.
    var headers: [String: String]
    var body: [UInt8] = []
    /// The token of a path `/token/<token>/…`, taken off `path`.
    ///
    /// kubectl and Helm send no credentials without TLS; what they do keep is the path of the server's URL.
    private(set) var tokenInPath: String?

    init(
        method: String, path: [String], rawPath: String, query: [String: String] = [:],
        headers: [String: String] = [:], body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.rawPath = rawPath
        self.query = query
        self.headers = headers
        self.body = body
        if path.count >= 2, path[0] == "token" {
            tokenInPath = path[1]
            self.path.removeFirst(2)
        }
    }

    /// What the paths in answers must begin with.
    var pathPrefix: String { tokenInPath.map { "/token/\($0)" } ?? "" }

    /// The path as sent; without the token that it may begin with.
    func rawPath(withoutToken: Bool) -> String {
        withoutToken ? String(rawPath.dropFirst(pathPrefix.count)) : rawPath
    }

    func flag(_ name: String) -> Bool { query[name] == "true" || query[name] == "1" }
    func number(_ name: String) -> Int? { query[name].flatMap { Int($0) } }

    var accept: String { headers["accept"] ?? "" }
    var isDryRun: Bool { query["dryRun"] == "All" }

    /// Who writes: `fieldManager`, else the first part of the User-Agent.
    var managerName: String {
        if let name = query["fieldManager"], !name.isEmpty { return name }
        let agent = headers["user-agent"] ?? "unknown"
        return String(agent.prefix { $0 != "/" }.prefix(128))
    }

    static func parseQuery(_ text: String) -> [String: String] {
        var values: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = decode(parts[0], plusIsSpace: true)
            values[name] = parts.count > 1 ? decode(parts[1], plusIsSpace: true) : ""
        }
        return values
    }

    /// Undoes percent-encoding.
    static func decode(_ text: Substring, plusIsSpace: Bool = false) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) }) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        let source = Array(text.utf8)
        var index = 0
        while index < source.count {
            if source[index] == UInt8(ascii: "%"), index + 2 < source.count,
                let byte = UInt8(String(decoding: source[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                bytes.append(byte)
                index += 3
            } else {
                bytes.append(plusIsSpace && source[index] == UInt8(ascii: "+") ? 0x20 : source[index])
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// An answer, apart from the HTTP library.
struct APIResponse: Sendable {
    typealias Write = @Sendable ([UInt8]) async throws -> Void

    enum Body: Sendable {
        case bytes([UInt8])
        /// Written as it comes about, until the function returns.
        case stream(@Sendable (_ write: @escaping Write) async throws -> Void)
    }

    var status = 200
    var contentType = "application/json"
    var headers: [(name: String, value: String)] = []
    /// Such answers must not be taken for anything but what they say they are.
    var isRefusedByAuthorizer = false
    var body: Body = .bytes([])

    static func json(_ value: JSONValue, status: Int = 200) -> APIResponse {
        APIResponse(status: status, body: .bytes(value.encoded))
    }

    static func text(_ text: String, status: Int = 200) -> APIResponse {
        APIResponse(status: status, contentType: "text/plain; charset=utf-8", body: .bytes(Array(text.utf8)))
    }

    static func error(_ error: APIError) -> APIResponse {
        if error.isPlainText { return .text(error.message, status: error.code) }
        var response = APIResponse.json(error.status, status: error.code)
        response.isRefusedByAuthorizer = error.isByAuthorizer
        if let seconds = error.retryAfterSeconds { response.headers.append(("Retry-After", String(seconds))) }
        return response
    }

    mutating func warn(_ warnings: [String]) {
        for warning in warnings {
            let quoted = warning.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            headers.append(("Warning", "299 - \"\(quoted)\""))
        }
    }
}
