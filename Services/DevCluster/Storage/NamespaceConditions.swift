import KubernetesClient

/// What a namespace that ends says about what still holds it.
enum NamespaceConditions {
    static func conditions(remaining: [ObjectKey], finalizers: [String: Int]) -> [JSONValue] {
        let now = Moment.now()
        func condition(_ type: String, _ status: Bool, _ reason: String, _ message: String) -> JSONValue {
            [
                "type": .string(type), "status": .string(status ? "True" : "False"), "reason": .string(reason),
                "message": .string(message), "lastTransitionTime": .string(now),
            ]
        }
        let counts = Dictionary(grouping: remaining, by: \.kind).map { kind, keys in
            let name = kind.group.isEmpty ? "\(kind.plural)." : kind.qualifiedName
            return "\(name) has \(keys.count) resource instances"
        }
        let held = finalizers.map { "\($0.key) in \($0.value) resource instances" }
        return [
            condition(
                "NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered",
                "All resources successfully discovered"),
            condition(
                "NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions",
                "All legacy kube types successfully parsed"),
            condition(
                "NamespaceDeletionContentFailure", false, "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization"),
            condition(
                "NamespaceContentRemaining", true, "SomeResourcesRemain",
                "Some resources are remaining: " + counts.sorted().joined(separator: ", ")),
            held.isEmpty
                ? condition(
                    "NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers",
                    "All content-preserving finalizers finished")
                : condition(
                    "NamespaceFinalizersRemaining", true, "SomeFinalizersRemain",
                    "Some content in the namespace has finalizers remaining: " + held.sorted().joined(separator: ", ")),
        ]
    }

    /// New conditions, with the transition time of those whose status did not change.
    static func merged(_ new: [JSONValue], into old: [JSONValue]) -> JSONValue {
        .array(
            new.map { condition in
                let before = old.first { $0["type"] == condition["type"] }
                guard let before, before["status"] == condition["status"] else { return condition }
                var kept = condition
                kept["lastTransitionTime"] = before["lastTransitionTime"]
                return kept
            })
    }
}
