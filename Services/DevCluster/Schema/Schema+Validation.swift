import Foundation
import KubernetesClient

extension Schema {
    /// What is wrong with a custom resource, in Kubernetes' words.
    func problems(with value: JSONValue) -> [FieldProblem] {
        var found: [FieldProblem] = []
        validate(value, path: "", into: &found)
        return found
    }

    private func validate(_ value: JSONValue, path: String, into found: inout [FieldProblem]) {
        if value == .null, isNullable { return }
        guard hasType(value, path: path, into: &found) else { return }
        if let rules { apply(rules, to: value, path: path, into: &found) }
        switch value {
        case .object(let members):
            for name in members.keys.sorted() {
                guard let schema = fields[name]?.schema ?? values, let member = members[name] else { continue }
                if schema.typeName == "ObjectMeta" { continue }
                schema.validate(member, path: Self.join(path, name), into: &found)
            }
        case .array(let elements):
            validateKeys(elements, path: path, into: &found)
            guard let items else { return }
            for (index, element) in elements.enumerated() {
                items.validate(element, path: "\(path)[\(index)]", into: &found)
            }
        default:
            return
        }
    }

    private func hasType(_ value: JSONValue, path: String, into found: inout [FieldProblem]) -> Bool {
        let fits: Bool
        let wanted: String
        switch kind {
        case .any: return true
        case .object: (fits, wanted) = (value.object != nil, "object")
        case .list: (fits, wanted) = (value.array != nil, "array")
        case .string, .bytes, .time, .microTime: (fits, wanted) = (value.string != nil, "string")
        case .integer: (fits, wanted) = (value.int != nil, "integer")
        case .number: (fits, wanted) = (value.double != nil, "number")
        case .boolean: (fits, wanted) = (value.bool != nil, "boolean")
        case .intOrString, .quantity: (fits, wanted) = (value.string != nil || value.int != nil, "integer,string")
        }
        if fits { return true }
        let shown = "\"\(value.typeName)\""
        found.append(
            FieldProblem(
                kind: .typeInvalid, field: path.isEmpty ? "<nil>" : path,
                text: "Invalid value: \(shown): \(path) in body must be of type \(wanted): \(shown)"))
        return false
    }

    private func apply(
        _ rules: SchemaRules, to value: JSONValue, path: String, into found: inout [FieldProblem]
    ) {
        func refuse(_ text: String) {
            found.append(.invalid(path, value, "\(path) in body \(text)"))
        }
        if let allowed = rules.allowed, !allowed.contains(value) {
            found.append(
                .notSupported(path, value, allowed.map { $0.string ?? $0.description }))
        }
        if let text = value.string { apply(rules, toText: text, refuse) }
        if let number = value.double { apply(rules, toNumber: number, refuse) }
        switch value {
        case .array(let elements):
            if let least = rules.minimumItems, elements.count < least {
                refuse("should have at least \(least) items")
            }
            if let most = rules.maximumItems, elements.count > most {
                found.append(
                    FieldProblem(
                        kind: .tooMany, field: path,
                        text: "Too many: \(elements.count): must have at most \(most) items"))
            }
            if rules.hasUniqueItems, Set(elements).count < elements.count { refuse("shouldn't contain duplicates") }
        case .object(let members):
            if let least = rules.minimumProperties, members.count < least {
                refuse("should have at least \(least) properties")
            }
            if let most = rules.maximumProperties, members.count > most {
                refuse("should have at most \(most) properties")
            }
            for name in rules.required where members[name] == nil {
                found.append(FieldProblem(kind: .required, field: Self.join(path, name), text: "Required value"))
            }
        default:
            break
        }
        for schema in rules.allOf { schema.validate(value, path: path, into: &found) }
        if !rules.anyOf.isEmpty, !rules.anyOf.contains(where: { $0.accepts(value) }) {
            refuse("must validate at least one schema (anyOf)")
            closest(of: rules.anyOf, to: value)?.validate(value, path: path, into: &found)
        }
        if !rules.oneOf.isEmpty, rules.oneOf.filter({ $0.accepts(value) }).count != 1 {
            refuse("must validate one and only one schema (oneOf)")
        }
        if let not = rules.not, not.accepts(value) { refuse("must not validate the schema (not)") }
    }

    /// The alternative that the value comes closest to, by the required members that it has: its problems are said.
    private func closest(of alternatives: [Schema], to value: JSONValue) -> Schema? {
        func matches(_ schema: Schema) -> Int { schema.rules?.required.count { value[$0] != nil } ?? 0 }
        let most = alternatives.map(matches).max()
        return alternatives.first { matches($0) == most }
    }

    private func accepts(_ value: JSONValue) -> Bool { problems(with: value).isEmpty }

    private func apply(_ rules: SchemaRules, toText text: String, _ refuse: (String) -> Void) {
        let length = text.unicodeScalars.count
        if let least = rules.minimumLength, length < least { refuse("should be at least \(least) chars long") }
        if let most = rules.maximumLength, length > most { refuse("should be at most \(most) chars long") }
        if let pattern = rules.pattern {
            let range = NSRange(text.startIndex..., in: text)
            if pattern.firstMatch(in: text, range: range) == nil {
                refuse("should match '\(rules.patternText ?? "")'")
            }
        }
        guard let format = rules.format, !StringFormat.accepts(text, format: format) else { return }
        refuse("must be of type \(format): \"\(text)\"")
    }

    private func apply(_ rules: SchemaRules, toNumber number: Double, _ refuse: (String) -> Void) {
        func shown(_ limit: Double) -> String {
            limit == limit.rounded() && abs(limit) < 1e15 ? String(Int64(limit)) : String(limit)
        }
        if let least = rules.minimum, rules.excludesMinimum ? number <= least : number < least {
            refuse("should be greater than \(rules.excludesMinimum ? "" : "or equal to ")\(shown(least))")
        }
        if let most = rules.maximum, rules.excludesMaximum ? number >= most : number > most {
            refuse("should be less than \(rules.excludesMaximum ? "" : "or equal to ")\(shown(most))")
        }
        if let step = rules.multipleOf, step > 0, (number / step).rounded() * step != number {
            refuse("should be a multiple of \(shown(step))")
        }
        switch rules.format {
        case "int32" where number > 2_147_483_647 || number < -2_147_483_648:
            refuse("must be of type int32: \"\(shown(number))\"")
        default: break
        }
    }

    /// Elements of a list that is a map or a set must be told apart.
    private func validateKeys(_ elements: [JSONValue], path: String, into found: inout [FieldProblem]) {
        var seen: Set<JSONValue> = []
        for (index, element) in elements.enumerated() {
            let identity: JSONValue
            switch topology {
            case .atomic: return
            case .set: identity = element
            case .map(let keys):
                var fields: [String: JSONValue] = [:]
                for key in keys { fields[key] = element[key] ?? items?.fields[key]?.schema.defaultValue }
                identity = .object(fields)
            }
            if !seen.insert(identity).inserted { found.append(.duplicate("\(path)[\(index)]", identity)) }
        }
    }
}

extension JSONValue {
    /// The type's name in JSON Schema.
    var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .int: "integer"
        case .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

/// The formats of strings that Kubernetes checks.
enum StringFormat {
    static func accepts(_ text: String, format: String) -> Bool {
        switch format {
        case "date-time": Moment.seconds(text) != nil
        case "date": text.utf8.count == 10 && Moment.seconds(text + "T00:00:00Z") != nil
        case "ipv4": isIPv4(text)
        case "uuid", "uuid3", "uuid4", "uuid5": UUID(uuidString: text) != nil
        case "byte": Data(base64Encoded: text) != nil
        case "uri": URL(string: text)?.scheme != nil
        case "duration": text.first.map { $0.isNumber || $0 == "-" } ?? false
        default: true
        }
    }

    static func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil && ($0 == "0" || !$0.hasPrefix("0")) }
    }
}
