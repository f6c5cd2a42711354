import KubernetesClient

/// A set of fields of an object, as `fieldsV1` of `metadata.managedFields` writes it.
struct FieldSet: Sendable, Equatable {
    /// One step into an object.
    enum Step: Sendable, Hashable {
        case field(String)
        /// The element of a list with these keys.
        case key(JSONValue)
        /// The element of a set with this value.
        case value(JSONValue)

        /// As in `fieldsV1`.
        init?(_ text: String) {
            let rest = text.dropFirst(2)
            switch text.prefix(2) {
            case "f:": self = .field(String(rest))
            case "k:":
                guard let keys = try? JSONValue(parsing: String(rest)) else { return nil }
                self = .key(keys)
            case "v:":
                guard let value = try? JSONValue(parsing: String(rest)) else { return nil }
                self = .value(value)
            default: return nil
            }
        }

        var text: String {
            switch self {
            case .field(let name): "f:\(name)"
            case .key(let keys): "k:\(keys)"
            case .value(let value): "v:\(value)"
            }
        }

        /// As in the message of a conflict.
        var shown: String {
            switch self {
            case .field(let name): ".\(name)"
            case .key(let keys):
                "["
                    + (keys.object ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                    .joined(separator: ",") + "]"
            case .value(let value): "[=\(value)]"
            }
        }
    }

    /// The place itself belongs to the set, not only what is below it.
    var isMember = false
    var children: [Step: FieldSet] = [:]

    static let leaf = FieldSet(isMember: true)

    var isEmpty: Bool { !isMember && children.isEmpty }

    subscript(step: Step) -> FieldSet? {
        get { children[step] }
        set { children[step] = newValue.flatMap { $0.isEmpty ? nil : $0 } }
    }

    // MARK: JSON

    init(isMember: Bool = false, children: [Step: FieldSet] = [:]) {
        self.isMember = isMember
        self.children = children
    }

    init(json: JSONValue?, isRoot: Bool = true) {
        let members = json.object ?? [:]
        if members.isEmpty { isMember = !isRoot }
        for (name, member) in members {
            if name == "." {
                isMember = true
            } else if let step = Step(name) {
                children[step] = FieldSet(json: member, isRoot: false)
            }
        }
    }

    var json: JSONValue {
        var members: [String: JSONValue] = [:]
        for (step, child) in children { members[step.text] = child.json }
        if isMember, !children.isEmpty { members["."] = [:] }
        return .object(members)
    }

    // MARK: Algebra

    func union(_ other: FieldSet) -> FieldSet {
        var result = self
        result.isMember = isMember || other.isMember
        result.children.merge(other.children) { $0.union($1) }
        return result
    }

    func intersection(_ other: FieldSet) -> FieldSet {
        var result = FieldSet(isMember: isMember && other.isMember)
        for (step, child) in children {
            guard let match = other.children[step] else { continue }
            result[step] = child.intersection(match)
        }
        return result
    }

    func subtracting(_ other: FieldSet) -> FieldSet {
        var result = FieldSet(isMember: isMember && !other.isMember)
        for (step, child) in children {
            result[step] = other.children[step].map { child.subtracting($0) } ?? child
        }
        return result
    }

    /// The members' places as messages show them.
    var paths: [String] {
        var found: [String] = []
        collect("", into: &found)
        return found.sorted()
    }

    private func collect(_ prefix: String, into found: inout [String]) {
        if isMember { found.append(prefix) }
        for (step, child) in children { child.collect(prefix + step.shown, into: &found) }
    }
}

extension FieldSet {
    /// The fields that a value has, as far as they can have owners of their own.
    ///
    /// - Parameter marksContainers: also the maps and lists themselves, as for fields that come into being.
    init(of value: JSONValue, schema: Schema, marksContainers: Bool = false) {
        switch value {
        case .object(let members) where !schema.isAtomic && schema.kind == .object && !members.isEmpty:
            if marksContainers { isMember = true }
            let fields = schema.fields
            for (name, member) in members {
                let field = fields[name]?.schema
                var child = FieldSet(
                    of: member, schema: field ?? schema.values ?? .any, marksContainers: marksContainers)
                if field == nil { child.isMember = true }
                children[.field(name)] = child
            }
        case .array(let elements) where schema.topology != .atomic && !elements.isEmpty:
            if marksContainers { isMember = true }
            for element in elements {
                guard let step = Self.step(to: element, schema) else { continue }
                var child =
                    schema.topology == .set
                    ? FieldSet.leaf
                    : FieldSet(of: element, schema: schema.items ?? .any, marksContainers: marksContainers)
                child.isMember = true
                children[step] = child
            }
        default:
            isMember = true
        }
    }

    /// How an element of a list that is a map or a set is told apart.
    static func step(to element: JSONValue, _ schema: Schema) -> Step? {
        switch schema.topology {
        case .atomic: return nil
        case .set: return .value(element)
        case .map(let keys):
            var identity: [String: JSONValue] = [:]
            for key in keys {
                if let value = element[key] ?? schema.items?.fields[key]?.schema.defaultValue { identity[key] = value }
            }
            return identity.isEmpty ? nil : .key(.object(identity))
        }
    }

    /// The fields that differ between two values.
    static func changes(
        from old: JSONValue?, to new: JSONValue?, schema: Schema
    ) -> (changed: FieldSet, removed: FieldSet) {
        var changed = FieldSet()
        var removed = FieldSet()
        compare(old, new, schema, &changed, &removed)
        return (changed, removed)
    }

    private static func compare(
        _ old: JSONValue?, _ new: JSONValue?, _ schema: Schema, _ changed: inout FieldSet, _ removed: inout FieldSet
    ) {
        guard old != new else { return }
        switch (old, new) {
        case (nil, .some(let value)):
            changed = FieldSet(of: value, schema: schema, marksContainers: true)
        case (.some(let value), nil):
            removed = FieldSet(of: value, schema: schema, marksContainers: true)
        case (.some(.object(let left)), .some(.object(let right)))
        where !schema.isAtomic && schema.kind == .object:
            let fields = schema.fields
            for name in Set(left.keys).union(right.keys) where left[name] != right[name] {
                let field = fields[name]?.schema
                var below = (FieldSet(), FieldSet())
                let empty: JSONValue? =
                    fields[name]?.isAlwaysThere == true ? (field?.kind == .list ? [] : [:]) : nil
                compare(
                    left[name] ?? empty, right[name] ?? empty, field ?? schema.values ?? .any, &below.0, &below.1)
                if field == nil {
                    if left[name] == nil { below.0.isMember = true }
                    if right[name] == nil { below.1.isMember = true }
                }
                changed[.field(name)] = below.0
                removed[.field(name)] = below.1
            }
        case (.some(.array(let left)), .some(.array(let right))) where schema.topology != .atomic:
            var pairs: [Step: (JSONValue?, JSONValue?)] = [:]
            for element in left { if let step = step(to: element, schema) { pairs[step] = (element, nil) } }
            for element in right {
                if let step = step(to: element, schema) { pairs[step, default: (nil, nil)].1 = element }
            }
            for (step, pair) in pairs where pair.0 != pair.1 {
                var below = (FieldSet(), FieldSet())
                compare(pair.0, pair.1, schema.items ?? .any, &below.0, &below.1)
                if pair.0 == nil { below.0.isMember = true }
                if pair.1 == nil { below.1.isMember = true }
                changed[step] = below.0
                removed[step] = below.1
            }
        default:
            changed = .leaf
        }
    }
}
