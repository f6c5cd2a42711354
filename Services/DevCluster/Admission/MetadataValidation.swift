import KubernetesClient

/// Checks `metadata`, which every object has.
enum MetadataValidation {
    static func problems(_ object: JSONValue, kind: ResourceKind) -> [FieldProblem] {
        let metadata = object["metadata"]
        var found: [FieldProblem] = []
        if let problem = Names.problem(metadata["name"].string ?? "", kind: kind) { found.append(problem) }
        found += labels(metadata["labels"], field: "metadata.labels")
        var size = 0
        for (key, value) in metadata["annotations"].object ?? [:] {
            if !Names.isQualified(key.lowercased()) {
                found.append(.invalid("metadata.annotations", .string(key), Names.qualifiedText))
            }
            size += key.utf8.count + (value.string?.utf8.count ?? 0)
        }
        if size > 262_144 { found.append(.tooLong("metadata.annotations", limit: 262_144)) }
        for (index, finalizer) in (metadata["finalizers"].array ?? []).enumerated() {
            let name = finalizer.string ?? ""
            let standard = [Finalizer.orphan, Finalizer.foreground, "kubernetes"]
            if !standard.contains(name), !(name.contains("/") || name == Finalizer.definition) {
                found.append(
                    .invalid(
                        "metadata.finalizers[\(index)]", finalizer,
                        "name is neither a standard finalizer name nor is it fully qualified"))
            }
        }
        for (index, owner) in (metadata["ownerReferences"].array ?? []).enumerated() {
            for field in ["apiVersion", "kind", "name", "uid"] where (owner[field].string ?? "").isEmpty {
                found.append(.invalid("metadata.ownerReferences[\(index)].\(field)", "", "must not be empty"))
            }
        }
        return found
    }

    static func labels(_ labels: JSONValue?, field: String) -> [FieldProblem] {
        var found: [FieldProblem] = []
        for (key, value) in (labels.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            if !Names.isQualified(key) { found.append(.invalid(field, .string(key), Names.qualifiedText)) }
            if !Names.isLabelText(value.string ?? "", mayBeEmpty: true) {
                found.append(.invalid(field, value, Names.valueText))
            }
        }
        return found
    }
}
