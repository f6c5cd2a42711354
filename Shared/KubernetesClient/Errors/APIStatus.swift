/// What the API server said about a request that it refused.
public struct APIStatus: Sendable, Hashable {
    /// One of several reasons behind a refusal.
    public struct Cause: Sendable, Hashable {
        /// Why, as one word, such as `FieldValueInvalid`.
        public var reason: String
        /// Why, as a sentence.
        public var message: String
        /// Where in the object, such as `spec.replicas`.
        public var field: String?
    }

    /// The HTTP status.
    public var code: Int
    /// Why, as one word, such as `NotFound`; empty where the answer came from something else than an API server.
    public var reason: String
    /// Why, as a sentence.
    public var message: String
    /// The name of the object in question.
    public var name: String?
    /// The kind of the object in question.
    public var kind: String?
    /// Details, as of each invalid field.
    public var causes: [Cause]
    /// How many seconds to wait before another attempt, where the server said so.
    public var retryAfterSeconds: Int?

    /// A status as a server would send it.
    public init(
        code: Int, reason: String, message: String, name: String? = nil, kind: String? = nil, causes: [Cause] = [],
        retryAfterSeconds: Int? = nil
    ) {
        self.code = code
        self.reason = reason
        self.message = message
        self.name = name
        self.kind = kind
        self.causes = causes
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// A status from a `Status` object, or `nil` where the value is something else.
    public init?(_ value: JSONValue, code: Int? = nil) {
        guard value["kind"].string == "Status", let code = value["code"].int ?? code else { return nil }
        let details = value["details"]
        self.init(
            code: code, reason: value["reason"].string ?? "",
            message: Self.withoutObjects(value["message"].string ?? ""),
            name: details["name"].string, kind: details["kind"].string,
            causes: details["causes"].array?.map { cause in
                Cause(
                    reason: cause["reason"].string ?? "", message: Self.withoutObjects(cause["message"].string ?? ""),
                    field: cause["field"].string)
            } ?? [],
            retryAfterSeconds: details["retryAfterSeconds"].int)
    }
}

extension APIStatus {
    /// A message without the whole objects that some refusals quote, as of a patch that does not fit: they may be Secrets.
    static func withoutObjects(_ message: String) -> String {
        let opening = "Invalid value: \"{"
        var rest = message[...]
        var text = ""
        while let start = rest.firstRange(of: opening) {
            text += rest[..<start.lowerBound] + "Invalid value: (an object)"
            rest = rest[start.upperBound...]
            var isEscaped = false
            // Up to the closing quote; those inside are escaped.
            while let character = rest.popFirst() {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\" {
                    isEscaped = true
                } else if character == "\"" {
                    break
                }
            }
        }
        return text + rest
    }
}
