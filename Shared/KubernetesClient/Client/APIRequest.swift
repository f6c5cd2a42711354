/// A request to the API server, before credentials and retries.
struct APIRequest: Sendable {
    var method: String
    var path: String
    var query: [(name: String, value: String)] = []
    var body: [UInt8]?
    var contentType: String?
    var accept = "application/json"
    /// Whether sending it twice does the same as sending it once.
    var isIdempotent: Bool

    init(_ method: String, _ path: String, isIdempotent: Bool? = nil) {
        self.method = method
        self.path = path
        self.isIdempotent = isIdempotent ?? ["GET", "HEAD", "PUT", "DELETE"].contains(method)
    }

    mutating func add(_ name: String, _ value: String?) {
        if let value { query.append((name, value)) }
    }

    mutating func setBody(_ value: JSONValue, contentType: String = "application/json") {
        body = value.serializedBytes()
        self.contentType = contentType
    }

    /// The path with the query.
    var target: String {
        guard !query.isEmpty else { return path }
        return path + "?"
            + query.map { "\(URLPath.encode($0.name))=\(URLPath.encode($0.value))" }.joined(separator: "&")
    }

    func error(_ cause: KubernetesError.Cause) -> KubernetesError {
        KubernetesError(cause, method: method, path: path)
    }
}
