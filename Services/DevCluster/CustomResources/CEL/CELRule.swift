import KubernetesClient

/// One entry of `x-kubernetes-validations`.
struct CELRule: Sendable {
    let text: String
    let expression: CELExpression
    let message: String?
    let messageExpression: CELExpression?
    let reason: FieldProblem.Kind
    /// Below the rule's own place, as a suffix of a path.
    let fieldPath: String
    let isOldOptional: Bool

    /// Whether it compares with what was there before.
    var isTransition: Bool { expression.names.contains("oldSelf") }

    /// - Throws: `CELError.syntax` when the rule cannot be read or calls what is not known.
    init(_ rule: JSONValue) throws(CELError) {
        text = rule["rule"].string ?? ""
        expression = try CELParser.parse(text)
        message = rule["message"].string.flatMap { $0.isEmpty ? nil : $0 }
        messageExpression = try rule["messageExpression"].string.map { (text) throws(CELError) in
            try CELParser.parse(text)
        }
        reason = rule["reason"].string.flatMap(FieldProblem.Kind.init(rawValue:)) ?? .invalid
        let path = rule["fieldPath"].string ?? ""
        fieldPath = path.isEmpty || path.hasPrefix(".") || path.hasPrefix("[") ? path : ".\(path)"
        isOldOptional = rule["optionalOldSelf"].bool ?? false
    }

    /// Functions that are not known here.
    var unknownFunctions: Set<String> {
        expression.functions.union(messageExpression?.functions ?? []).subtracting(CELFunctions.names)
    }

    /// Names that mean nothing in a rule.
    var unknownNames: Set<String> {
        expression.names.subtracting(CELFunctions.types).subtracting(["self", "oldSelf", "optional"])
    }

    /// What is wrong with a value by this rule.
    ///
    /// - Parameter type: the schema's word for the value, shown where the rule has no outcome.
    func problem(with value: CELValue, old: CELValue?, path: String, type: String = "object") -> FieldProblem? {
        var scope = ["self": value]
        if isTransition {
            if isOldOptional {
                scope["oldSelf"] = .optional(old)
            } else {
                guard let old else { return nil }
                scope["oldSelf"] = old
            }
        }
        var evaluator = CELEvaluator(scope: scope)
        do throws(CELError) {
            if try evaluator.truth(of: expression) { return nil }
        } catch {
            return .invalid(
                shown(path), .string(type), "\(error.message) evaluating rule: \(message ?? text)")
        }
        let place = fieldPath.isEmpty ? shown(path) : String((path + fieldPath).drop { path.isEmpty && $0 == "." })
        return FieldProblem(kind: reason, field: place, text: prefix + said(&evaluator))
    }

    private func shown(_ path: String) -> String { path.isEmpty ? "<nil>" : path }

    private var prefix: String {
        switch reason {
        case .required: "Required value: "
        case .duplicate: "Duplicate value: "
        case .forbidden: "Forbidden: "
        default: "Invalid value: "
        }
    }

    private func said(_ evaluator: inout CELEvaluator) -> String {
        if let messageExpression, let found = try? evaluator.value(of: messageExpression),
            case .string(let text) = found, !text.isEmpty, !text.contains("\n")
        {
            return text
        }
        return message ?? "failed rule: \(text)"
    }
}

extension Schema {
    /// What is wrong with a custom resource by its rules in the Common Expression Language.
    ///
    /// - Parameter old: what was there before; `nil` for a new object.
    func ruleProblems(with value: JSONValue, old: JSONValue?) -> [FieldProblem] {
        var found: [FieldProblem] = []
        checkRules(value, old, path: "", into: &found)
        return found
    }

    private func checkRules(_ value: JSONValue, _ old: JSONValue?, path: String, into found: inout [FieldProblem]) {
        guard hasRules, value != .null else { return }
        if let own = rules?.validations, !own.isEmpty {
            let shown = CELValue(path.isEmpty ? Self.visible(value) : value, schema: self)
            let shownOld = old.map { CELValue(path.isEmpty ? Self.visible($0) : $0, schema: self) }
            found += own.compactMap { $0.problem(with: shown, old: shownOld, path: path, type: typeWord) }
        }
        switch value {
        case .object(let members):
            let fields = fields
            for name in members.keys.sorted() {
                guard let schema = fields[name]?.schema ?? values, schema.typeName == nil, let member = members[name]
                else { continue }
                schema.checkRules(member, old?[name], path: path.isEmpty ? name : "\(path).\(name)", into: &found)
            }
        case .array(let elements):
            guard let items else { return }
            for (index, element) in elements.enumerated() {
                items.checkRules(element, counterpart(of: element, in: old), path: "\(path)[\(index)]", into: &found)
            }
        default: return
        }
    }

    private var typeWord: String {
        switch kind {
        case .list: "array"
        case .string, .bytes, .time, .microTime: "string"
        case .integer: "integer"
        case .number: "number"
        case .boolean: "boolean"
        case .object: "object"
        case .any, .intOrString, .quantity: ""
        }
    }

    /// The element of an old list that is the same one by its keys; elements of other lists have none.
    private func counterpart(of element: JSONValue, in old: JSONValue?) -> JSONValue? {
        guard case .map = topology, let step = FieldSet.step(to: element, self) else { return nil }
        return old?.array?.first { FieldSet.step(to: $0, self) == step }
    }

    /// Of metadata, rules see the name only.
    private static func visible(_ object: JSONValue) -> JSONValue {
        var object = object
        var metadata = JSONValue.object([:])
        for name in ["name", "generateName"] { metadata[name] = object["metadata"]?[name] }
        object["metadata"] = metadata
        return object
    }
}
