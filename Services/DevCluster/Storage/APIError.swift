import KubernetesClient

/// A refusal in the form in which Kubernetes reports it: an HTTP code and a `Status` with a machine-readable reason.
struct APIError: Error, Sendable, Equatable {
    /// One entry of `details.causes`.
    struct Cause: Sendable, Equatable {
        var reason: String
        var message: String
        var field: String
    }

    var code: Int
    var reason: String
    var message: String
    var group = ""
    var kind = ""
    var name = ""
    var uid = ""
    var causes: [Cause] = []
    var retryAfterSeconds: Int?
    /// `details` is there although it says nothing.
    var hasEmptyDetails = false
    /// The user may not do this at all.
    var isByAuthorizer = false
    /// Answered as `text/plain` instead of as a `Status`: what Kubernetes does for unknown groups and paths.
    var isPlainText = false
    /// A list's fresh continue token, sent along with 410.
    var continueToken: String?

    /// The `Status` object.
    var status: JSONValue {
        var details: [String: JSONValue] = [:]
        if !name.isEmpty { details["name"] = .string(name) }
        if !group.isEmpty { details["group"] = .string(group) }
        if !kind.isEmpty { details["kind"] = .string(kind) }
        if !uid.isEmpty { details["uid"] = .string(uid) }
        if let retryAfterSeconds { details["retryAfterSeconds"] = .int(Int64(retryAfterSeconds)) }
        if !causes.isEmpty {
            details["causes"] = .array(
                causes.map { cause in
                    var fields: [String: JSONValue] = [
                        "reason": .string(cause.reason), "message": .string(cause.message),
                    ]
                    if !cause.field.isEmpty { fields["field"] = .string(cause.field) }
                    return .object(fields)
                })
        }
        var metadata: [String: JSONValue] = [:]
        if let continueToken { metadata["continue"] = .string(continueToken) }
        var status: [String: JSONValue] = [
            "kind": "Status", "apiVersion": "v1", "metadata": .object(metadata), "status": "Failure",
            "message": .string(message), "reason": .string(reason), "code": .int(Int64(code)),
        ]
        if !details.isEmpty || hasEmptyDetails { status["details"] = .object(details) }
        return .object(status)
    }
}

extension APIError {
    static func notFound(_ kind: ResourceKind, _ name: String) -> APIError {
        APIError(
            code: 404, reason: "NotFound", message: "\(kind.qualifiedName) \"\(name)\" not found", group: kind.group,
            kind: kind.plural, name: name)
    }

    /// An unknown group or path: Go's own plain text.
    static var pageNotFound: APIError {
        APIError(code: 404, reason: "NotFound", message: "404 page not found\n", isPlainText: true)
    }

    static var resourceNotFound: APIError {
        APIError(
            code: 404, reason: "NotFound", message: "the server could not find the requested resource",
            hasEmptyDetails: true)
    }

    static func alreadyExists(_ kind: ResourceKind, _ name: String) -> APIError {
        APIError(
            code: 409, reason: "AlreadyExists", message: "\(kind.qualifiedName) \"\(name)\" already exists",
            group: kind.group, kind: kind.plural, name: name)
    }

    static func beingDeleted(_ kind: ResourceKind, _ name: String) -> APIError {
        APIError(
            code: 409, reason: "AlreadyExists",
            message: "object is being deleted: \(kind.qualifiedName) \"\(name)\" already exists",
            group: kind.group, kind: kind.plural, name: name)
    }

    static func conflict(_ kind: ResourceKind, _ name: String, _ why: String) -> APIError {
        APIError(
            code: 409, reason: "Conflict",
            message: "Operation cannot be fulfilled on \(kind.qualifiedName) \"\(name)\": \(why)",
            group: kind.group, kind: kind.plural, name: name)
    }

    static func staleVersion(_ kind: ResourceKind, _ name: String) -> APIError {
        conflict(
            kind, name,
            "the object has been modified; please apply your changes to the latest version and try again")
    }

    static func badRequest(_ message: String) -> APIError {
        APIError(code: 400, reason: "BadRequest", message: message)
    }

    static func forbidden(_ kind: ResourceKind, _ name: String, _ why: String, causes: [Cause] = []) -> APIError {
        APIError(
            code: 403, reason: "Forbidden", message: "\(kind.qualifiedName) \"\(name)\" is forbidden: \(why)",
            group: kind.group, kind: kind.plural, name: name, causes: causes)
    }

    /// 422 with one cause a bad field, worded as Kubernetes words them.
    static func invalid(_ kind: ResourceKind, _ name: String, _ problems: [FieldProblem]) -> APIError {
        let listed = problems.map { "\($0.field): \($0.text)" }
        let text = listed.count == 1 ? listed[0] : "[" + listed.joined(separator: ", ") + "]"
        let qualified = kind.group.isEmpty ? kind.kind : "\(kind.kind).\(kind.group)"
        return APIError(
            code: 422, reason: "Invalid", message: "\(qualified) \"\(name)\" is invalid: \(text)", group: kind.group,
            kind: kind.kind, name: name,
            causes: problems.map { Cause(reason: $0.kind.rawValue, message: $0.text, field: $0.field) })
    }

    static func expired(_ message: String) -> APIError {
        APIError(code: 410, reason: "Expired", message: message)
    }

    static func internalError(_ message: String) -> APIError {
        APIError(code: 500, reason: "InternalError", message: message)
    }
}

/// What is wrong with one field; becomes a cause of a 422.
struct FieldProblem: Error, Sendable, Equatable {
    enum Kind: String, Sendable {
        case required = "FieldValueRequired"
        case invalid = "FieldValueInvalid"
        case duplicate = "FieldValueDuplicate"
        case notSupported = "FieldValueNotSupported"
        case forbidden = "FieldValueForbidden"
        case tooLong = "FieldValueTooLong"
        case tooMany = "FieldValueTooMany"
        case typeInvalid = "FieldValueTypeInvalid"
        case notFound = "FieldValueNotFound"
    }

    var kind: Kind
    var field: String
    var text: String

    static func required(_ field: String, _ detail: String = "") -> FieldProblem {
        FieldProblem(kind: .required, field: field, text: "Required value" + (detail.isEmpty ? "" : ": \(detail)"))
    }

    static func invalid(_ field: String, _ value: JSONValue, _ detail: String) -> FieldProblem {
        FieldProblem(kind: .invalid, field: field, text: "Invalid value: \(shown(value)): \(detail)")
    }

    static func duplicate(_ field: String, _ value: JSONValue) -> FieldProblem {
        FieldProblem(kind: .duplicate, field: field, text: "Duplicate value: \(shown(value))")
    }

    static func forbidden(_ field: String, _ detail: String) -> FieldProblem {
        FieldProblem(kind: .forbidden, field: field, text: "Forbidden: \(detail)")
    }

    static func notSupported(_ field: String, _ value: JSONValue, _ supported: [String]) -> FieldProblem {
        let list = supported.map { "\"\($0)\"" }.joined(separator: ", ")
        return FieldProblem(
            kind: .notSupported, field: field,
            text: "Unsupported value: \(shown(value)): supported values: \(list)")
    }

    static func tooLong(_ field: String, limit: Int) -> FieldProblem {
        FieldProblem(kind: .tooLong, field: field, text: "Too long: may not be more than \(limit) bytes")
    }

    /// A value as Kubernetes shows it in a message: strings quoted, the rest as JSON.
    static func shown(_ value: JSONValue) -> String {
        value.description
    }
}
