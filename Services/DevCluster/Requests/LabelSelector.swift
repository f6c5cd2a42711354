import KubernetesClient

/// Which labels an object must have: the text form of URLs and the object form of specs.
struct LabelSelector: Sendable, Equatable {
    enum Requirement: Sendable, Equatable {
        case isIn(String, Set<String>)
        case isNotIn(String, Set<String>)
        case exists(String)
        case isAbsent(String)
        case isGreater(String, Int)
        case isLess(String, Int)
    }

    var requirements: [Requirement] = []

    var isEmpty: Bool { requirements.isEmpty }

    init() {}

    /// Reads `app=web,tier in (a, b),!legacy`.
    init(_ text: String) throws(APIError) {
        var rest = Substring(text)
        func refuse(_ why: String) -> APIError {
            .badRequest("unable to parse requirement: \(why) in label selector \"\(text)\"")
        }
        while true {
            rest = rest.drop { $0 == " " }
            if rest.isEmpty { return }
            if rest.first == "!" {
                let key = rest.dropFirst().drop { $0 == " " }.prefix { $0 != "," }
                requirements.append(.isAbsent(String(key).trimmed))
                rest = rest.drop { $0 != "," }.dropFirst()
                continue
            }
            let key = rest.prefix { !" =!,<>".contains($0) }
            guard !key.isEmpty else { throw refuse("expected a key") }
            rest = rest[key.endIndex...].drop { $0 == " " }
            let name = String(key)
            if rest.isEmpty || rest.first == "," {
                requirements.append(.exists(name))
                rest = rest.dropFirst()
            } else if let list = Self.list(&rest, after: "in") {
                requirements.append(.isIn(name, list))
            } else if let list = Self.list(&rest, after: "notin") {
                requirements.append(.isNotIn(name, list))
            } else {
                guard let mark = ["==", "!=", "=", ">", "<"].first(where: { rest.hasPrefix($0) }) else {
                    throw refuse("found '\(rest.prefix(8))', expected: in, notin, =, ==, !=, gt, lt")
                }
                rest = rest.dropFirst(mark.count)
                let value = String(rest.prefix { $0 != "," }).trimmed
                rest = rest.drop { $0 != "," }.dropFirst()
                switch mark {
                case "!=": requirements.append(.isNotIn(name, [value]))
                case ">", "<":
                    guard let number = Int(value) else {
                        throw refuse("for 'Gt', 'Lt' operators, the value must be an integer")
                    }
                    requirements.append(mark == ">" ? .isGreater(name, number) : .isLess(name, number))
                default: requirements.append(.isIn(name, [value]))
                }
            }
        }
    }

    private static func list(_ rest: inout Substring, after word: String) -> Set<String>? {
        guard rest.hasPrefix(word) else { return nil }
        let after = rest.dropFirst(word.count).drop { $0 == " " }
        guard after.first == "(", let end = after.firstIndex(of: ")") else { return nil }
        let values = after[after.index(after: after.startIndex)..<end].split(
            separator: ",", omittingEmptySubsequences: false)
        rest = after[after.index(after: end)...].drop { $0 != "," }.dropFirst()
        return Set(values.map { String($0).trimmed })
    }

    /// Reads a spec's `{matchLabels, matchExpressions}`; an absent one selects nothing, an empty one everything.
    init?(_ object: JSONValue?) {
        guard let object else { return nil }
        for (key, value) in object["matchLabels"].strings ?? [:] { requirements.append(.isIn(key, [value])) }
        for expression in object["matchExpressions"].array ?? [] {
            guard let key = expression["key"].string else { continue }
            let values = Set((expression["values"].array ?? []).compactMap(\.string))
            switch expression["operator"].string {
            case "In": requirements.append(.isIn(key, values))
            case "NotIn": requirements.append(.isNotIn(key, values))
            case "Exists": requirements.append(.exists(key))
            case "DoesNotExist": requirements.append(.isAbsent(key))
            default: return nil
            }
        }
    }

    func matches(_ labels: [String: JSONValue]?) -> Bool {
        requirements.allSatisfy { requirement in
            switch requirement {
            case .isIn(let key, let values): (labels?[key]?.string).map(values.contains) ?? false
            case .isNotIn(let key, let values): !((labels?[key]?.string).map(values.contains) ?? false)
            case .exists(let key): labels?[key] != nil
            case .isAbsent(let key): labels?[key] == nil
            case .isGreater(let key, let limit): (labels?[key]?.string).flatMap { Int($0) }.map { $0 > limit } ?? false
            case .isLess(let key, let limit): (labels?[key]?.string).flatMap { Int($0) }.map { $0 < limit } ?? false
            }
        }
    }

    func matches(object: JSONValue) -> Bool { isEmpty || matches(object["metadata"]["labels"].object) }

    /// As Kubernetes prints a selector: `app=web,tier in (a,b)`.
    var text: String {
        requirements.map { requirement in
            switch requirement {
            case .isIn(let key, let values) where values.count == 1: "\(key)=\(values.first ?? "")"
            case .isIn(let key, let values): "\(key) in (\(values.sorted().joined(separator: ",")))"
            case .isNotIn(let key, let values) where values.count == 1: "\(key)!=\(values.first ?? "")"
            case .isNotIn(let key, let values): "\(key) notin (\(values.sorted().joined(separator: ",")))"
            case .exists(let key): key
            case .isAbsent(let key): "!\(key)"
            case .isGreater(let key, let limit): "\(key)>\(limit)"
            case .isLess(let key, let limit): "\(key)<\(limit)"
            }
        }.sorted().joined(separator: ",")
    }
}

extension String {
    /// Without spaces at both ends.
    var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
