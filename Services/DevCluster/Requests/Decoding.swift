import KubernetesClient

/// What to do about fields that the server does not know.
enum FieldValidation: String, Sendable {
    case strict = "Strict"
    case warn = "Warn"
    case ignore = "Ignore"

    init(_ request: APIRequest) throws(APIError) {
        guard let text = request.query["fieldValidation"], !text.isEmpty else {
            self = .warn
            return
        }
        guard let mode = FieldValidation(rawValue: text) else {
            throw APIError(
                code: 422, reason: "Invalid",
                message:
                    "CreateOptions.meta.k8s.io \"\" is invalid: fieldValidation: Unsupported value: \"\(text)\": supported values: "
                    + "\"\", \"Ignore\", \"Strict\", \"Warn\"")
        }
        self = mode
    }
}

extension KindView {
    /// Brings a client's object into order: drops or refuses unknown fields, checks types, drops nulls.
    ///
    /// - Returns: the warnings for the client.
    func decode(
        _ object: inout JSONValue, validation: FieldValidation, duplicates: [String] = []
    ) throws(APIError) -> [String] {
        guard object.object != nil else {
            throw .badRequest("the object provided is unrecognized (must be of type \(kind.kind))")
        }
        try checkType(of: &object)
        var complaints: [String] = duplicates.map { "duplicate field \"\($0)\"" }
        if let schema { complaints += schema.prune(&object).map { "unknown field \"\($0)\"" } }
        if validation == .strict, !complaints.isEmpty {
            throw .badRequest(refusal("strict decoding error: " + complaints.joined(separator: ", ")))
        }
        if let schema {
            schema.dropNulls(in: &object)
            if kind.definition == nil, let problem = schema.typeProblem(in: object, kind: kind.kind) {
                throw .badRequest(refusal("json: " + problem))
            }
        }
        return validation == .warn ? complaints : []
    }

    func refusal(_ why: String) -> String {
        "\(kind.kind) in version \"\(version)\" cannot be handled as a \(kind.kind): \(why)"
    }

    private func checkType(of object: inout JSONValue) throws(APIError) {
        let name = object["kind"].string ?? ""
        let declared = object["apiVersion"].string ?? ""
        if kind.definition != nil, name.isEmpty || declared.isEmpty {
            let missing = name.isEmpty ? "Kind" : "apiVersion"
            throw .badRequest("Object '\(missing)' is missing in '\(object.description.prefix(400))'")
        }
        if !name.isEmpty, name != kind.kind {
            throw .badRequest(
                "\(name) in version \"\(KindRegistry.split(declared).version)\" cannot be handled as a "
                    + "\(kind.kind): converting to \(kind.kind) is not possible")
        }
        if !declared.isEmpty, declared != apiVersion {
            throw .badRequest(
                "the API version in the data (\(declared)) does not match the expected API version (\(apiVersion))")
        }
        object["kind"] = .string(kind.kind)
        object["apiVersion"] = .string(apiVersion)
    }
}

extension Schema {
    /// The first value of a built-in object that has the wrong type, in the words of Go's decoder.
    func typeProblem(in value: JSONValue, kind: String) -> String? {
        problem(value, path: kind)
    }

    private func problem(_ value: JSONValue, path: String) -> String? {
        let isFitting: Bool =
            switch kind {
            case .any: true
            case .object: value.object != nil
            case .list: value.array != nil
            case .string, .bytes, .time, .microTime: value.string != nil || value == .null
            case .integer: value.int != nil
            case .number: value.double != nil
            case .boolean: value.bool != nil
            case .intOrString, .quantity: value.string != nil || value.double != nil
            }
        guard isFitting else {
            return "cannot unmarshal \(value.goTypeName) into Go struct field \(path) of type \(goTypeName)"
        }
        switch value {
        case .object(let members):
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                if let field = fields[name] {
                    if let found = field.schema.problem(member, path: "\(path).\(name)") { return found }
                } else if let values, let found = values.problem(member, path: path) {
                    return found
                }
            }
        case .array(let elements):
            guard let items else { return nil }
            for element in elements {
                if let found = items.problem(element, path: path) { return found }
            }
        case .string(let text):
            if kind == .quantity, Quantity(text) == nil {
                return "quantities must match the regular expression "
                    + "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
            }
            if kind == .time || kind == .microTime, !text.isEmpty, Moment.seconds(text) == nil {
                return "parsing time \"\(text)\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\(text)\""
            }
        default: break
        }
        return nil
    }

    private var goTypeName: String {
        switch kind {
        case .any: "interface {}"
        case .object: values.map { "map[string]\($0.goTypeName)" } ?? "v1.\(typeName ?? "Object")"
        case .list: "[]" + (items?.goTypeName ?? "interface {}")
        case .string: "string"
        case .bytes: "[]uint8"
        case .time: "v1.Time"
        case .microTime: "v1.MicroTime"
        case .integer: "int32"
        case .number: "float64"
        case .boolean: "bool"
        case .quantity: "resource.Quantity"
        case .intOrString: "intstr.IntOrString"
        }
    }
}

extension JSONValue {
    fileprivate var goTypeName: String {
        switch self {
        case .bool: "bool"
        case .int, .double: "number"
        default: typeName
        }
    }
}
