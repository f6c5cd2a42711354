/// Finds fields that a rule asks for and that its schema does not have.
struct CELFieldCheck {
    private var variables: [String: Schema?]
    private(set) var undefined: Set<String> = []

    /// - Parameter schema: of the place at which the rule stands.
    static func undefinedFields(in rule: CELRule, schema: Schema) -> Set<String> {
        var check = CELFieldCheck(variables: ["self": schema, "oldSelf": rule.isOldOptional ? nil : schema])
        _ = check.visit(rule.expression)
        if let message = rule.messageExpression { _ = check.visit(message) }
        return check.undefined
    }

    private init(variables: [String: Schema?]) { self.variables = variables }

    /// The schema of an expression's value; `nil` where it is not known.
    private mutating func visit(_ expression: CELExpression) -> Schema? {
        switch expression {
        case .literal: return nil
        case .name(let name): return variables[name] ?? nil
        case .select(let operand, let field, _, _):
            guard let schema = visit(operand), schema.kind == .object, schema.typeName == nil else { return nil }
            if let values = schema.values { return values }
            let fields = schema.fields
            if let found = fields[field] ?? fields[CELFunctions.unescaped(field)] { return found.schema }
            if !fields.isEmpty, !schema.preservesUnknownFields { undefined.insert(field) }
            return nil
        case .index(let operand, let index, _):
            let schema = visit(operand)
            _ = visit(index)
            return schema?.items ?? schema?.values
        case .call(_, let target, let arguments):
            _ = target.map { visit($0) }
            for argument in arguments { _ = visit(argument) }
            return nil
        case .list(let elements):
            for element in elements { _ = visit(element) }
            return nil
        case .map(let entries):
            for (key, value) in entries { _ = (visit(key), visit(value)) }
            return nil
        case .not(let operand), .negate(let operand):
            _ = visit(operand)
            return nil
        case .and(let left, let right), .or(let left, let right), .binary(_, let left, let right):
            _ = (visit(left), visit(right))
            return nil
        case .condition(let condition, let yes, let no):
            _ = visit(condition)
            let found = visit(yes)
            return visit(no) ?? found
        case .comprehension(let macro, let range, let names, let bodies):
            return visit(macro, over: visit(range), names, bodies)
        }
    }

    private mutating func visit(
        _ macro: CELMacro, over range: Schema?, _ names: [String], _ bodies: [CELExpression]
    ) -> Schema? {
        let outer = variables
        defer { variables = outer }
        // Of a list the last variable is the element, of a map the second one is the value.
        for name in names { variables.updateValue(nil, forKey: name) }
        let element = range?.kind == .list ? range?.items : names.count == 2 ? range?.values : nil
        if let last = names.last { variables.updateValue(element, forKey: last) }
        for body in bodies { _ = visit(body) }
        return macro == .filter ? range : nil
    }
}
