import Foundation

/// Works out the value of an expression.
struct CELEvaluator {
    /// Values by name.
    var scope: [String: CELValue]
    /// Steps that are left before an expression is given up as too costly.
    private var budget = 1_000_000

    init(scope: [String: CELValue]) { self.scope = scope }

    /// - Throws: `CELError.evaluation` where the expression has no value.
    mutating func value(of expression: CELExpression) throws(CELError) -> CELValue {
        budget -= 1
        guard budget > 0 else { throw .evaluation("operation cancelled: actual cost limit exceeded") }
        switch expression {
        case .literal(let value): return value
        case .name(let name):
            if let value = scope[name] { return value }
            if CELFunctions.types.contains(name) { return .type(name) }
            throw .evaluation("undeclared reference to '\(name)'")
        case .select(let operand, let field, let isOptional, let isTest):
            if case .name("optional") = operand, field == "none" { return .optional(nil) }
            return try select(try value(of: operand), field, isOptional: isOptional, isTest: isTest)
        case .index(let operand, let index, let isOptional):
            return try element(of: try value(of: operand), at: try value(of: index), isOptional: isOptional)
        case .call(let name, let target, let arguments): return try call(name, target, arguments)
        case .list(let elements):
            var values: [CELValue] = []
            for element in elements { values.append(try value(of: element)) }
            return .list(values)
        case .map(let entries):
            var values: [CELKey: CELValue] = [:]
            for (key, entry) in entries {
                guard let key = CELKey(try value(of: key)) else { throw .evaluation("unsupported key type") }
                values[key] = try value(of: entry)
            }
            return .map(values)
        case .not(let operand): return .bool(!(try truth(of: operand)))
        case .negate(let operand):
            switch try value(of: operand) {
            case .int(let value): return .int(0 &- value)
            case .double(let value): return .double(-value)
            default: throw noOverload
            }
        case .and(let left, let right): return .bool(try either(left, right, decides: false))
        case .or(let left, let right): return .bool(try either(left, right, decides: true))
        case .condition(let condition, let yes, let no):
            return try value(of: try truth(of: condition) ? yes : no)
        case .binary(let symbol, let left, let right):
            return try CELFunctions.binary(symbol, try value(of: left), try value(of: right))
        case .comprehension(let macro, let range, let variables, let bodies):
            return try go(macro, over: try value(of: range), variables, bodies)
        }
    }

    mutating func truth(of expression: CELExpression) throws(CELError) -> Bool {
        guard case .bool(let value) = try value(of: expression) else { throw noOverload }
        return value
    }

    private var noOverload: CELError { .evaluation("no such overload") }

    /// `&&` and `||`: a side that decides makes up for the other one's failure.
    private mutating func either(
        _ left: CELExpression, _ right: CELExpression, decides: Bool
    ) throws(CELError) -> Bool {
        let failure: CELError
        do {
            if try truth(of: left) == decides { return decides }
            return try truth(of: right)
        } catch {
            failure = error
        }
        if let second = try? truth(of: right), second == decides { return decides }
        throw failure
    }

    // MARK: Fields and elements

    private func select(
        _ operand: CELValue, _ field: String, isOptional: Bool, isTest: Bool
    ) throws(CELError) -> CELValue {
        if case .optional(let inner) = operand {
            guard let inner else { return isTest ? .bool(false) : .optional(nil) }
            let found = try select(inner, field, isOptional: true, isTest: isTest)
            return found
        }
        guard case .map(let entries) = operand else {
            throw .evaluation("type '\(operand.typeName)' does not support field selection")
        }
        let found = entries[.string(field)] ?? entries[.string(CELFunctions.unescaped(field))]
        if isTest { return .bool(found != nil) }
        if isOptional { return .optional(found) }
        guard let found else { throw .evaluation("no such key: \(field)") }
        return found
    }

    private func element(
        of operand: CELValue, at index: CELValue, isOptional: Bool
    ) throws(CELError) -> CELValue {
        if case .optional(let inner) = operand {
            return try inner.map { (inner) throws(CELError) in
                try element(of: inner, at: index, isOptional: true)
            } ?? .optional(nil)
        }
        var found: CELValue?
        switch operand {
        case .list(let elements, _):
            guard let number = index.number, let place = Int(exactly: number) else { throw noOverload }
            found = elements.indices.contains(place) ? elements[place] : nil
            if found == nil, !isOptional { throw .evaluation("index out of bounds: \(place)") }
        case .map(let entries):
            guard let key = CELKey(index) else { throw noOverload }
            found = entries[key]
            if found == nil, !isOptional { throw .evaluation("no such key: \(CELFunctions.text(index))") }
        default: throw noOverload
        }
        return isOptional ? .optional(found) : found ?? .null
    }

    // MARK: Calls

    private mutating func call(
        _ name: String, _ target: CELExpression?, _ arguments: [CELExpression]
    ) throws(CELError) -> CELValue {
        if case .name("optional")? = target, ["of", "none", "ofNonZeroValue"].contains(name) {
            guard let argument = arguments.first else { return .optional(nil) }
            return .optional(try value(of: argument))
        }
        if name == "optMap" || name == "optFlatMap", let target { return try optionalMap(name, target, arguments) }
        let receiver = try target.map { (target) throws(CELError) in try value(of: target) }
        if case .optional(let inner)? = receiver {
            switch name {
            case "hasValue": return .bool(inner != nil)
            case "value":
                guard let inner else { throw .evaluation("optional.none() dereference") }
                return inner
            case "orValue" where arguments.count == 1:
                if let inner { return inner }
                return try value(of: arguments[0])
            case "or" where arguments.count == 1:
                if let inner { return .optional(inner) }
                return try value(of: arguments[0])
            default: break
            }
        }
        var values = receiver.map { [$0] } ?? []
        for argument in arguments { values.append(try value(of: argument)) }
        return try CELFunctions.call(name, isMethod: receiver != nil, values)
    }

    private mutating func optionalMap(
        _ name: String, _ target: CELExpression, _ arguments: [CELExpression]
    ) throws(CELError) -> CELValue {
        guard arguments.count == 2, case .name(let variable) = arguments[0],
            case .optional(let inner) = try value(of: target)
        else { throw noOverload }
        guard let inner else { return .optional(nil) }
        let outer = scope[variable]
        defer { scope[variable] = outer }
        scope[variable] = inner
        let result = try value(of: arguments[1])
        return name == "optMap" ? .optional(result) : result
    }

    // MARK: Macros

    private mutating func go(
        _ macro: CELMacro, over range: CELValue, _ variables: [String], _ bodies: [CELExpression]
    ) throws(CELError) -> CELValue {
        let elements: [[CELValue]]
        switch range {
        case .list(let values, _):
            elements = variables.count == 2 ? values.enumerated().map { [.int(Int64($0)), $1] } : values.map { [$0] }
        case .map(let entries):
            let sorted = entries.sorted { CELFunctions.text($0.key.value) < CELFunctions.text($1.key.value) }
            elements = sorted.map { variables.count == 2 ? [$0.key.value, $0.value] : [$0.key.value] }
        default: throw noOverload
        }
        let outer = variables.map { scope[$0] }
        defer { for (name, value) in zip(variables, outer) { scope[name] = value } }
        var kept: [CELValue] = []
        var failure: CELError?
        var count = 0
        for element in elements {
            for (name, value) in zip(variables, element) { scope[name] = value }
            switch macro {
            case .all, .exists:
                do {
                    if try truth(of: bodies[0]) == (macro == .exists) { return .bool(macro == .exists) }
                } catch {
                    failure = error
                }
            case .existsOne: if try truth(of: bodies[0]) { count += 1 }
            case .filter: if try truth(of: bodies[0]) { kept.append(element[0]) }
            case .map:
                if bodies.count == 2, !(try truth(of: bodies[0])) { continue }
                kept.append(try value(of: bodies[bodies.count - 1]))
            }
        }
        if let failure { throw failure }
        switch macro {
        case .all: return .bool(true)
        case .exists: return .bool(false)
        case .existsOne: return .bool(count == 1)
        case .filter, .map: return .list(kept)
        }
    }
}
