import KubernetesClient

/// The part of JSONPath that printer columns use: fields, indexes, `[*]` and `[?(@.type=="Ready")]`.
struct JSONPath: Sendable {
    private enum Step: Sendable {
        case field(String)
        case index(Int)
        case all
        case filter(field: [String], value: JSONValue)
    }

    private var steps: [Step] = []

    init(_ text: String) {
        var rest = Substring(text)
        while let first = rest.first {
            if first == "." {
                rest = rest.dropFirst()
                let name = Self.takeName(&rest)
                if !name.isEmpty { steps.append(name == "*" ? .all : .field(name)) }
            } else if first == "[", let end = Self.closing(rest) {
                let inner = rest[rest.index(after: rest.startIndex)..<end]
                rest = rest[rest.index(after: end)...]
                steps.append(Self.bracket(inner))
            } else {
                let name = Self.takeName(&rest)
                guard !name.isEmpty else { return }
                if name != "$" { steps.append(.field(name)) }
            }
        }
    }

    private static func takeName(_ rest: inout Substring) -> String {
        var name = ""
        while let next = rest.first, next != ".", next != "[" {
            rest = rest.dropFirst()
            if next == "\\", let escaped = rest.first {
                name.append(escaped)
                rest = rest.dropFirst()
            } else {
                name.append(next)
            }
        }
        return name
    }

    private static func closing(_ text: Substring) -> Substring.Index? {
        var quote: Character?
        for index in text.indices {
            let character = text[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "]" {
                return index
            }
        }
        return nil
    }

    private static func bracket(_ inner: Substring) -> Step {
        if inner == "*" { return .all }
        if let number = Int(inner) { return .index(number) }
        if inner.hasPrefix("?("), let mark = inner.firstRange(of: "==") {
            let left = String(inner[inner.index(inner.startIndex, offsetBy: 2)..<mark.lowerBound]).trimmed
            let right = String(inner[mark.upperBound...].dropLast()).trimmed
            let value: JSONValue =
                right.first == "\"" || right.first == "'"
                ? .string(String(right.dropFirst().dropLast())) : (try? JSONValue(parsing: right)) ?? .string(right)
            return .filter(field: left.split(separator: ".").dropFirst().map(String.init), value: value)
        }
        return .field(String(inner.drop { $0 == "'" || $0 == "\"" }.prefix { $0 != "'" && $0 != "\"" }))
    }

    /// Every value at the path.
    func values(in value: JSONValue) -> [JSONValue] {
        steps.reduce([value]) { found, step in
            found.flatMap { value -> [JSONValue] in
                switch step {
                case .field(let name): value[name].map { [$0] } ?? []
                case .index(let index):
                    value[index < 0 ? (value.array?.count ?? 0) + index : index].map { [$0] } ?? []
                case .all: value.array ?? value.object.map { Array($0.values) } ?? []
                case .filter(let field, let wanted):
                    (value.array ?? []).filter { element in
                        field.reduce(Optional(element)) { $0[$1] } == wanted
                    }
                }
            }
        }
    }

    func first(in value: JSONValue) -> JSONValue? { values(in: value).first }
}
