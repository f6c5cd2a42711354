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
            retryAfterSeconds: details["retryAfterSeconds"].int.map { min(max(0, $0), RetryAfter.longest) })
    }
}

extension APIStatus {
    /// What API servers write before a value that they refuse.
    private static let openings = ["Invalid value: ", "Duplicate value: "]

    /// A message without the whole objects that some refusals quote, as of a patch that does not fit, or of a pod
    /// template that cannot be changed: they may be Secrets, or hold passwords in environment variables.
    static func withoutObjects(_ message: String) -> String {
        var rest = message[...]
        var text = ""
        while let opening = openings.compactMap({ rest.firstRange(of: $0) })
            .min(by: { $0.lowerBound < $1.lowerBound })
        {
            text += rest[..<opening.upperBound]
            rest = rest[opening.upperBound...]
            guard let end = endOfObject(rest) else { continue }
            text += "(an object)"
            rest = rest[end...]
        }
        return text + rest
    }

    /// Where an object ends that a text begins with, in JSON, as a string in quotes, or as older servers write it, in Go
    /// (`core.PodTemplateSpec{…}`); `nil` where it begins with something else.
    private static func endOfObject(_ text: Substring) -> String.Index? {
        if text.hasPrefix("\"{") { return endOfString(text) }
        let typeName = text.prefix { $0.isLetter || $0.isNumber || "_.*&[]".contains($0) }
        // A list in JSON, not a type such as `[]core.Container`.
        let isList = text.hasPrefix("[") && !text.hasPrefix("[]")
        let value = isList ? text : text[typeName.endIndex...]
        guard let opening = value.first, "{[".contains(opening) else { return nil }
        var depth = 0
        var index = value.startIndex
        while index < value.endIndex {
            switch value[index] {
            case "\"":
                index = endOfString(value[index...])
                continue
            case "{", "[": depth += 1
            case "}", "]": depth -= 1
            default: break
            }
            index = value.index(after: index)
            if depth == 0 { return index }
        }
        // Cut off: nothing that follows is known to be none of it.
        return index
    }

    /// Where a string in quotes ends; quotes inside are escaped.
    private static func endOfString(_ text: Substring) -> String.Index {
        var isEscaped = false
        for index in text.indices.dropFirst() {
            if isEscaped {
                isEscaped = false
            } else if text[index] == "\\" {
                isEscaped = true
            } else if text[index] == "\"" {
                return text.index(after: index)
            }
        }
        return text.endIndex
    }
}
