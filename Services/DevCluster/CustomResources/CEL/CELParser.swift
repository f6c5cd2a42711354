/// Reads expressions of the Common Expression Language.
struct CELParser {
    private let tokens: [CELToken]
    private var place = 0
    private var depth = 0

    /// - Throws: `CELError.syntax` for what is no expression.
    static func parse(_ text: String) throws(CELError) -> CELExpression {
        var parser = CELParser(tokens: try CELLexer.tokens(text))
        let expression = try parser.expression()
        guard parser.current == .end else { throw parser.unexpected() }
        return expression
    }

    private init(tokens: [CELToken]) { self.tokens = tokens }

    private var current: CELToken { tokens[min(place, tokens.count - 1)] }

    private func unexpected() -> CELError {
        switch current {
        case .end: .syntax("Syntax error: unexpected end of the expression")
        case .symbol(let text), .name(let text): .syntax("Syntax error: unexpected '\(text)'")
        default: .syntax("Syntax error: unexpected literal")
        }
    }

    private mutating func take(_ symbol: String) -> Bool {
        guard current == .symbol(symbol) else { return false }
        place += 1
        return true
    }

    private mutating func expect(_ symbol: String) throws(CELError) {
        guard take(symbol) else { throw unexpected() }
    }

    // MARK: Operators, the loosest first

    private mutating func expression() throws(CELError) -> CELExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth < 100 else { throw .syntax("the expression is nested too deeply") }
        let condition = try or()
        // `.?` may stand for a condition whose first branch begins with a number like `.5`; nobody writes that.
        guard take("?") else { return condition }
        let yes = try or()
        try expect(":")
        return .condition(condition, yes, try expression())
    }

    private mutating func or() throws(CELError) -> CELExpression {
        var left = try and()
        while take("||") { left = .or(left, try and()) }
        return left
    }

    private mutating func and() throws(CELError) -> CELExpression {
        var left = try relation()
        while take("&&") { left = .and(left, try relation()) }
        return left
    }

    private mutating func relation() throws(CELError) -> CELExpression {
        var left = try sum()
        while true {
            if case .symbol(let symbol) = current, ["==", "!=", "<", "<=", ">", ">="].contains(symbol) {
                place += 1
                left = .binary(symbol, left, try sum())
            } else if current == .name("in") {
                place += 1
                left = .binary("in", left, try sum())
            } else {
                return left
            }
        }
    }

    private mutating func sum() throws(CELError) -> CELExpression {
        var left = try product()
        while case .symbol(let symbol) = current, ["+", "-"].contains(symbol) {
            place += 1
            left = .binary(symbol, left, try product())
        }
        return left
    }

    private mutating func product() throws(CELError) -> CELExpression {
        var left = try unary()
        while case .symbol(let symbol) = current, ["*", "/", "%"].contains(symbol) {
            place += 1
            left = .binary(symbol, left, try unary())
        }
        return left
    }

    private mutating func unary() throws(CELError) -> CELExpression {
        if take("!") { return .not(try unary()) }
        if take("-") {
            let operand = try unary()
            if case .literal(.int(let value)) = operand { return .literal(.int(0 &- value)) }
            if case .literal(.double(let value)) = operand { return .literal(.double(-value)) }
            return .negate(operand)
        }
        return try member()
    }

    // MARK: Operands

    private mutating func member() throws(CELError) -> CELExpression {
        var operand = try primary()
        while true {
            if take(".") {
                let name = try fieldName()
                if take("(") {
                    operand = try method(name, of: operand, try arguments(until: ")"))
                } else {
                    operand = .select(operand, name, isOptional: false, isTest: false)
                }
            } else if take(".?") {
                operand = .select(operand, try fieldName(), isOptional: true, isTest: false)
            } else if take("[?") {
                operand = .index(operand, try expression(), isOptional: true)
                try expect("]")
            } else if take("[") {
                operand = .index(operand, try expression(), isOptional: false)
                try expect("]")
            } else {
                return operand
            }
        }
    }

    private mutating func fieldName() throws(CELError) -> String {
        guard case .name(let name) = current else { throw unexpected() }
        place += 1
        return name
    }

    private mutating func arguments(until end: String) throws(CELError) -> [CELExpression] {
        var found: [CELExpression] = []
        while !take(end) {
            if !found.isEmpty {
                try expect(",")
                if take(end) { break }
            }
            found.append(try expression())
        }
        return found
    }

    private func method(
        _ name: String, of target: CELExpression, _ arguments: [CELExpression]
    ) throws(CELError) -> CELExpression {
        guard let macro = CELMacro(method: name), case .name(let variable)? = arguments.first else {
            return .call(name, target: target, arguments)
        }
        let bodies = Array(arguments.dropFirst())
        switch (macro, bodies.count) {
        case (.map, 1), (.map, 2), (.all, 1), (.exists, 1), (.existsOne, 1), (.filter, 1):
            return .comprehension(macro, over: target, variables: [variable], bodies)
        case (.all, 2), (.exists, 2), (.existsOne, 2):
            // With two variables: index and value, or key and value.
            guard case .name(let second)? = bodies.first else { break }
            return .comprehension(macro, over: target, variables: [variable, second], Array(bodies.dropFirst()))
        default: break
        }
        throw .syntax("\(name)() takes a variable and a condition")
    }

    private mutating func primary() throws(CELError) -> CELExpression {
        let token = current
        place += 1
        switch token {
        case .int(let value): return .literal(.int(value))
        case .uint(let value): return .literal(.uint(value))
        case .double(let value): return .literal(.double(value))
        case .string(let value): return .literal(.string(value))
        case .bytes(let value): return .literal(.bytes(value))
        case .name("true"): return .literal(.bool(true))
        case .name("false"): return .literal(.bool(false))
        case .name("null"): return .literal(.null)
        case .name(let name): return try named(name)
        case .symbol("("):
            let inner = try expression()
            try expect(")")
            return inner
        case .symbol("["): return .list(try arguments(until: "]"))
        case .symbol("{"): return .map(try entries())
        case .symbol("."): return try primary()
        default:
            place -= 1
            throw unexpected()
        }
    }

    private mutating func named(_ name: String) throws(CELError) -> CELExpression {
        guard take("(") else { return .name(name) }
        let arguments = try arguments(until: ")")
        guard name == "has" else { return .call(name, target: nil, arguments) }
        guard arguments.count == 1, case .select(let operand, let field, let isOptional, false) = arguments[0] else {
            throw .syntax("invalid argument to has() macro")
        }
        return .select(operand, field, isOptional: isOptional, isTest: true)
    }

    private mutating func entries() throws(CELError) -> [(CELExpression, CELExpression)] {
        var found: [(CELExpression, CELExpression)] = []
        while !take("}") {
            if !found.isEmpty {
                try expect(",")
                if take("}") { break }
            }
            let key = try expression()
            try expect(":")
            found.append((key, try expression()))
        }
        return found
    }
}
