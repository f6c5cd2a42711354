/// A `LabelSelector` (`matchLabels` and `matchExpressions`) or a plain map of labels, to be compared with labels.
public struct PodSelector: Sendable {
    private var equal: [String: String]
    private var expressions: [JSONValue]

    /// From the form that workloads and policies use.
    public init(_ selector: JSONValue?) {
        equal = selector["matchLabels"]?.strings ?? [:]
        expressions = selector["matchExpressions"]?.array ?? []
    }

    /// From the form that services use.
    public init(labels: [String: String]) {
        equal = labels
        expressions = []
    }

    /// Whether it asks for nothing, and so would select everything.
    public var isEmpty: Bool { equal.isEmpty && expressions.isEmpty }

    /// Whether labels fulfil all that it asks for.
    public func matches(_ labels: [String: String]) -> Bool {
        equal.allSatisfy { labels[$0.key] == $0.value } && expressions.allSatisfy { matches(labels, $0) }
    }

    private func matches(_ labels: [String: String], _ expression: JSONValue) -> Bool {
        let value = labels[expression["key"]?.string ?? ""]
        let values = expression["values"]?.array?.compactMap(\.string) ?? []
        switch expression["operator"]?.string {
        case "In": return value.map(values.contains) ?? false
        case "NotIn": return value.map { !values.contains($0) } ?? true
        case "Exists": return value != nil
        case "DoesNotExist": return value == nil
        default: return false
        }
    }
}
