import KubernetesClient

/// Server-side apply: a manager states the fields that it wants, and owns them.
enum ServerSideApply {
    /// The object that results from applying a configuration.
    ///
    /// - Parameters:
    ///   - configuration: the fields wanted.
    ///   - live: the object as it is; `nil` when it does not exist yet.
    ///   - force: takes over fields that others own.
    /// - Throws: 409 with one cause a conflict.
    static func apply(
        _ configuration: JSONValue, to live: JSONValue?, by manager: FieldManager, force: Bool, schema: Schema
    ) throws(APIError) -> JSONValue {
        var managed = live.map { ManagedFields($0) } ?? ManagedFields([:])
        if let live, managed.entries.isEmpty {
            // Nobody is known to own what is there: it belongs to whoever wrote before the first apply.
            let unknown = FieldManager(name: "before-first-apply", apiVersion: manager.apiVersion)
            managed.set(FieldSet(of: ManagedFields.ownable(live), schema: schema), for: unknown)
        }
        let wanted = ManagedFields.ownable(configuration)
        let fields = wanted.object?.isEmpty ?? true ? FieldSet() : FieldSet(of: wanted, schema: schema)
        let current = live ?? [:]
        var merged = merge(configuration, into: current, schema: schema)
        if let last = managed[manager] {
            merged = prune(
                merged, schema: schema, last: last, now: fields, others: managed.owned(without: manager))
        }
        let (changed, removed) = FieldSet.changes(
            from: live.map(ManagedFields.ownable) ?? [:], to: ManagedFields.ownable(merged), schema: schema)
        let conflicts = managed.entries.filter { $0.manager != manager }
            .map { (manager: $0.manager, fields: $0.fields.intersection(changed)) }
            .filter { !$0.fields.isEmpty }
        if !force, !conflicts.isEmpty,
            !areFromClientSideApply(conflicts.map(\.fields), live: live, by: manager, schema: schema)
        {
            throw conflict(conflicts)
        }
        managed.take(changed.union(removed), fromAllBut: manager)
        managed.set(fields, for: manager)
        managed.write(to: &merged)
        // kubectl goes over from client-side apply: what it applied last stays known to older clients.
        if manager.name == "kubectl", live?["metadata"]["annotations"][lastApplied] != nil {
            merged["metadata"]["annotations"][lastApplied] = .string(configuration.description + "\n")
        }
        return merged
    }

    private static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

    /// Whether all these fields were set by kubectl's client-side apply, so that kubectl may go on with them.
    private static func areFromClientSideApply(
        _ conflicts: [FieldSet], live: JSONValue?, by manager: FieldManager, schema: Schema
    ) -> Bool {
        guard manager.name == "kubectl", let text = live?["metadata"]["annotations"][lastApplied].string,
            let applied = try? JSONValue(parsing: text)
        else { return false }
        let known = FieldSet(of: ManagedFields.ownable(applied), schema: schema, marksContainers: true)
        return conflicts.allSatisfy { $0.subtracting(known).isEmpty }
    }

    // MARK: Merging

    private static func merge(_ new: JSONValue, into old: JSONValue, schema: Schema) -> JSONValue {
        switch (new, old) {
        case (.object(let changes), .object(var members)) where !schema.isAtomic && schema.kind == .object:
            let fields = schema.fields
            for (name, change) in changes {
                let field = fields[name]?.schema ?? schema.values ?? .any
                members[name] = members[name].map { merge(change, into: $0, schema: field) } ?? change
            }
            return .object(members)
        case (.array(let changes), .array(let elements)) where schema.topology != .atomic:
            return .array(merge(changes, into: elements, schema: schema))
        default:
            return new
        }
    }

    /// What is in both lists stands where it stood; what is new follows.
    private static func merge(_ new: [JSONValue], into old: [JSONValue], schema: Schema) -> [JSONValue] {
        var result = old
        var places: [FieldSet.Step: Int] = [:]
        for (index, element) in old.enumerated() {
            if let step = FieldSet.step(to: element, schema) { places[step] = index }
        }
        for element in new {
            guard let step = FieldSet.step(to: element, schema) else { continue }
            if let index = places[step] {
                result[index] = merge(element, into: result[index], schema: schema.items ?? .any)
            } else {
                places[step] = result.count
                result.append(element)
            }
        }
        return result
    }

    // MARK: Giving up

    /// Removes what the manager owned and does not want any longer, unless someone else owns it too.
    private static func prune(
        _ value: JSONValue, schema: Schema, last: FieldSet, now: FieldSet, others: FieldSet
    ) -> JSONValue {
        switch value {
        case .object(var members) where schema.kind == .object:
            let fields = schema.fields
            for (step, owned) in last.children {
                guard case .field(let name) = step, let member = members[name] else { continue }
                let field = fields[name]?.schema
                members[name] = pruned(
                    member, schema: field ?? schema.values ?? .any, isEntry: field == nil, last: owned,
                    now: now[step], others: others[step])
            }
            return .object(members)
        case .array(let elements) where schema.topology != .atomic:
            return .array(
                elements.compactMap { element in
                    guard let step = FieldSet.step(to: element, schema), let owned = last[step] else { return element }
                    return pruned(
                        element, schema: schema.items ?? .any, isEntry: true, last: owned, now: now[step],
                        others: others[step])
                })
        default:
            return value
        }
    }

    private static func pruned(
        _ value: JSONValue, schema: Schema, isEntry: Bool, last: FieldSet, now: FieldSet?, others: FieldSet?
    ) -> JSONValue? {
        if now == nil, others == nil, last.isMember || isEntry { return nil }
        let hadContents = !value.isEmptyValue
        let result = prune(value, schema: schema, last: last, now: now ?? FieldSet(), others: others ?? FieldSet())
        if now == nil, others == nil, hadContents, result.isEmptyValue { return nil }
        return result
    }

    private static func conflict(_ conflicts: [(manager: FieldManager, fields: FieldSet)]) -> APIError {
        var causes: [APIError.Cause] = []
        var texts: [String] = []
        for (manager, fields) in conflicts {
            var shown = "\"\(manager.name)\""
            if !manager.subresource.isEmpty { shown += " with subresource \"\(manager.subresource)\"" }
            if manager.operation == .update { shown += " using \(manager.apiVersion)" }
            let paths = fields.paths
            causes += paths.map {
                APIError.Cause(reason: "FieldManagerConflict", message: "conflict with \(shown)", field: $0)
            }
            texts.append(
                paths.count == 1
                    ? "conflict with \(shown): \(paths[0])"
                    : "conflicts with \(shown):\n" + paths.map { "- \($0)" }.joined(separator: "\n"))
        }
        let count = causes.count == 1 ? "1 conflict" : "\(causes.count) conflicts"
        return APIError(
            code: 409, reason: "Conflict", message: "Apply failed with \(count): " + texts.joined(separator: "\n"),
            causes: causes)
    }
}
