import KubernetesClient

/// Who owns which fields of an object: `metadata.managedFields`.
struct ManagedFields: Sendable {
    struct Entry: Sendable {
        var manager: FieldManager
        var time: String?
        var fields: FieldSet
    }

    var entries: [Entry]

    init(_ object: JSONValue) {
        entries = (object["metadata"]["managedFields"].array ?? []).compactMap { entry in
            guard let name = entry["manager"].string ?? entry["operation"].string.map({ _ in "" }),
                let operation = FieldManager.Operation(rawValue: entry["operation"].string ?? "")
            else { return nil }
            let manager = FieldManager(
                name: name, operation: operation, apiVersion: entry["apiVersion"].string ?? "",
                subresource: entry["subresource"].string ?? "")
            return Entry(manager: manager, time: entry["time"].string, fields: FieldSet(json: entry["fieldsV1"]))
        }
    }

    /// The owned fields of everyone but one.
    func owned(without manager: FieldManager) -> FieldSet {
        entries.filter { $0.manager != manager }.reduce(FieldSet()) { $0.union($1.fields) }
    }

    subscript(manager: FieldManager) -> FieldSet? { entries.first { $0.manager == manager }?.fields }

    /// Gives a manager these fields, and a new time if they are others than before.
    mutating func set(_ fields: FieldSet, for manager: FieldManager) {
        let place = entries.firstIndex { $0.manager == manager }
        if fields.isEmpty {
            if let place { entries.remove(at: place) }
        } else if let place {
            guard entries[place].fields != fields else { return }
            entries[place].fields = fields
            entries[place].time = Moment.now()
        } else {
            entries.append(Entry(manager: manager, time: Moment.now(), fields: fields))
        }
    }

    /// Takes fields away from everyone but one.
    mutating func take(_ fields: FieldSet, fromAllBut manager: FieldManager) {
        for index in entries.indices where entries[index].manager != manager {
            entries[index].fields = entries[index].fields.subtracting(fields)
        }
        entries.removeAll { $0.fields.isEmpty }
    }

    func write(to object: inout JSONValue) {
        let sorted = entries.sorted { left, right in
            let a = (left.manager.operation.rawValue, left.time ?? "", left.manager.name, left.manager.subresource)
            let b = (right.manager.operation.rawValue, right.time ?? "", right.manager.name, right.manager.subresource)
            return a < b
        }
        object["metadata"]["managedFields"] =
            sorted.isEmpty
            ? nil
            : .array(
                sorted.map { entry in
                    var value: JSONValue = [
                        "manager": .string(entry.manager.name),
                        "operation": .string(entry.manager.operation.rawValue),
                        "apiVersion": .string(entry.manager.apiVersion), "fieldsType": "FieldsV1",
                        "fieldsV1": entry.fields.json,
                    ]
                    if let time = entry.time { value["time"] = .string(time) }
                    if !entry.manager.subresource.isEmpty {
                        value["subresource"] = .string(entry.manager.subresource)
                    }
                    return value
                })
    }

    /// An object without what nobody can own.
    static func ownable(_ object: JSONValue) -> JSONValue {
        var object = object
        object["apiVersion"] = nil
        object["kind"] = nil
        for name in [
            "name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields",
            "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName",
        ] {
            object["metadata"][name] = nil
        }
        if object["metadata"].object?.isEmpty ?? false { object["metadata"] = nil }
        return object
    }

    /// Records what a plain write changed: the writer owns it now, and nobody what is gone.
    ///
    /// An object of which nothing is managed stays so until something is applied to it.
    static func track(_ new: inout JSONValue, replacing old: JSONValue?, by manager: FieldManager, schema: Schema?) {
        // A client that sends none keeps what there is; one that sends an empty entry clears them.
        if let old, new["metadata"]["managedFields"] == nil {
            new["metadata"]["managedFields"] = old["metadata"]["managedFields"]
        }
        if old == nil { new["metadata"]["managedFields"] = nil }
        if let old, (old["metadata"]["managedFields"] ?? .null).isEmptyValue {
            new["metadata"]["managedFields"] = nil
            return
        }
        let schema = schema ?? .anyObject
        // A built-in kind's object has its structures from the beginning; only what is put into them is new.
        var (before, after) = (old.map(ownable) ?? [:], ownable(new))
        if before["metadata"] == nil { before["metadata"] = [:] }
        if after["metadata"] == nil { after["metadata"] = [:] }
        let (changed, removed) = FieldSet.changes(from: before, to: after, schema: schema)
        guard !changed.isEmpty || !removed.isEmpty else { return }
        var managed = ManagedFields(new)
        managed.take(changed.union(removed), fromAllBut: manager)
        let own = managed[manager] ?? FieldSet()
        managed.set(own.subtracting(removed).union(changed), for: manager)
        managed.write(to: &new)
    }
}
