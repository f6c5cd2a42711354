import KubernetesClient

/// A `LabelSelector` (`matchLabels` and `matchExpressions`) or a plain map of labels.
struct PodSelector: Sendable {
    private var equal: [String: String]
    private var expressions: [JSONValue]

    /// From the form that workloads use.
    init(_ selector: JSONValue?) {
        equal = selector["matchLabels"]?.strings ?? [:]
        expressions = selector["matchExpressions"]?.array ?? []
    }

    /// From the form that services use.
    init(labels: [String: String]) {
        equal = labels
        expressions = []
    }

    /// Whether it asks for nothing, and so would select everything.
    var isEmpty: Bool { equal.isEmpty && expressions.isEmpty }

    func matches(_ labels: [String: String]) -> Bool {
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
