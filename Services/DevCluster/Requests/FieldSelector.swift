import KubernetesClient

/// Which values an object's fields must have; only some fields of each kind can be selected by.
struct FieldSelector: Sendable, Equatable {
    struct Term: Sendable, Equatable {
        var path: [String]
        var value: String
        var isEqual: Bool
    }

    var terms: [Term] = []

    var isEmpty: Bool { terms.isEmpty }

    init() {}

    /// Reads `metadata.name=web,status.phase!=Running`.
    init(_ text: String, kind: ResourceKind) throws(APIError) {
        for part in text.split(separator: ",") {
            let mark = ["!=", "==", "="].first { part.contains($0) }
            guard let mark, let range = part.firstRange(of: mark) else {
                throw .badRequest("invalid selector: '\(part)'; can't understand '\(part)'")
            }
            let field = String(part[..<range.lowerBound])
            guard Self.fields(of: kind).contains(field) else {
                let known = Self.fields(of: kind).sorted().map { "\"\($0)\"" }.joined(separator: ", ")
                throw .badRequest("\"\(field)\" is not a known field selector: only \(known)")
            }
            terms.append(
                Term(
                    path: field.split(separator: ".").map(String.init), value: String(part[range.upperBound...]),
                    isEqual: mark != "!="))
        }
    }

    func matches(object: JSONValue) -> Bool {
        terms.allSatisfy { term in
            var value: JSONValue? = object
            for name in term.path { value = value[name] }
            let text: String =
                switch value {
                case .string(let text): text
                case .bool(let flag): flag ? "true" : "false"
                case .int(let number): String(number)
                default: term.path == ["spec", "unschedulable"] ? "false" : ""
                }
            return (text == term.value) == term.isEqual
        }
    }

    private static let byKind: [ResourceKind: Set<String>] = [
        .pods: [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
            "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName",
        ],
        .events: [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
            "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
            "reportingComponent", "source", "type",
        ],
        .secrets: ["type"],
        .namespaces: ["status.phase"],
        .nodes: ["spec.unschedulable"],
        .replicaSets: ["status.replicas"],
        .replicationControllers: ["status.replicas"],
        .jobs: ["status.successful"],
        .services: ["spec.clusterIP", "spec.type"],
    ]

    private static func fields(of kind: ResourceKind) -> Set<String> {
        let common: Set<String> = ["metadata.name", "metadata.namespace"]
        if let definition = kind.definition { return common.union(definition.selectableFields) }
        return common.union(byKind[kind] ?? [])
    }
}
