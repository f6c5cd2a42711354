/// An expression of the Common Expression Language, taken apart.
indirect enum CELExpression: Sendable {
    case literal(CELValue)
    case name(String)
    /// `operand.field`; `isOptional` for `operand.?field`; `isTest` for `has(operand.field)`.
    case select(CELExpression, String, isOptional: Bool, isTest: Bool)
    case index(CELExpression, CELExpression, isOptional: Bool)
    /// A function, or a method when there is a target.
    case call(String, target: CELExpression?, [CELExpression])
    case list([CELExpression])
    case map([(CELExpression, CELExpression)])
    case not(CELExpression)
    case negate(CELExpression)
    case and(CELExpression, CELExpression)
    case or(CELExpression, CELExpression)
    case condition(CELExpression, CELExpression, CELExpression)
    case binary(String, CELExpression, CELExpression)
    /// `all`, `exists`, … over the elements of a list or the keys of a map.
    case comprehension(CELMacro, over: CELExpression, variables: [String], [CELExpression])

    /// Every name that is looked up in it.
    var names: Set<String> {
        switch self {
        case .literal: []
        case .name(let name): [name]
        case .select(let operand, _, _, _), .not(let operand), .negate(let operand): operand.names
        case .index(let left, let right, _), .and(let left, let right), .or(let left, let right),
            .binary(_, let left, let right):
            left.names.union(right.names)
        case .call(_, let target, let arguments):
            arguments.reduce(target?.names ?? []) { $0.union($1.names) }
        case .list(let elements): elements.reduce([]) { $0.union($1.names) }
        case .map(let entries): entries.reduce([]) { $0.union($1.0.names).union($1.1.names) }
        case .condition(let a, let b, let c): a.names.union(b.names).union(c.names)
        case .comprehension(_, let range, let variables, let bodies):
            bodies.reduce(Set<String>()) { $0.union($1.names) }.subtracting(variables).union(range.names)
        }
    }

    /// Every function and method that is called in it.
    var functions: Set<String> {
        switch self {
        case .literal, .name: []
        case .select(let operand, _, _, _), .not(let operand), .negate(let operand): operand.functions
        case .index(let left, let right, _), .and(let left, let right), .or(let left, let right),
            .binary(_, let left, let right):
            left.functions.union(right.functions)
        case .call(let name, let target, let arguments):
            arguments.reduce((target?.functions ?? []).union([name])) { $0.union($1.functions) }
        case .list(let elements): elements.reduce([]) { $0.union($1.functions) }
        case .map(let entries): entries.reduce([]) { $0.union($1.0.functions).union($1.1.functions) }
        case .condition(let a, let b, let c): a.functions.union(b.functions).union(c.functions)
        case .comprehension(_, let range, _, let bodies):
            bodies.reduce(range.functions) { $0.union($1.functions) }
        }
    }
}

/// The macros that go over a list or a map.
enum CELMacro: String, Sendable {
    case all
    case exists
    case existsOne = "exists_one"
    case filter
    case map

    init?(method: String) {
        self.init(rawValue: method == "existsOne" ? "exists_one" : method)
    }
}

/// Why an expression cannot be read or has no value.
enum CELError: Error, Sendable, Equatable {
    case syntax(String)
    case evaluation(String)

    var message: String {
        switch self {
        case .syntax(let text), .evaluation(let text): text
        }
    }
}
